package dev.bourse.host.http;

import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.http.HttpError.Code;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that a guest puts together. */
final class OutgoingRequest {
  static final ResourceType<OutgoingRequest> TYPE =
      ResourceType.of("outgoing-request", OutgoingRequest.class, OutgoingRequest::close);

  private final Fields fields;
  private String method = "GET";
  private Optional<String> path = Optional.empty();
  private Optional<String> scheme = Optional.empty();
  private Optional<String> authority = Optional.empty();
  private @Nullable OutgoingBody body;

  OutgoingRequest(Fields fields) {
    this.fields = fields.frozen();
  }

  Fields fields() {
    return fields;
  }

  String method() {
    return method;
  }

  boolean setMethod(String value) {
    if (!Tokens.isToken(value)) {
      return false;
    }
    method = value;
    return true;
  }

  Optional<String> path() {
    return path;
  }

  boolean setPath(Optional<String> value) {
    if (value.isPresent() && !Tokens.isPathWithQuery(value.get())) {
      return false;
    }
    path = value;
    return true;
  }

  Optional<String> scheme() {
    return scheme;
  }

  boolean setScheme(Optional<String> value) {
    if (value.isPresent() && !Tokens.isScheme(value.get())) {
      return false;
    }
    scheme = value;
    return true;
  }

  Optional<String> authority() {
    return authority;
  }

  boolean setAuthority(Optional<String> value) {
    if (value.isPresent()) {
      try {
        Destination.parse(true, value.get());
      } catch (HttpException e) {
        return false;
      }
    }
    authority = value;
    return true;
  }

  /** Its body, the first time; empty also when its fields state an impossible length. */
  Optional<OutgoingBody> takeBody() {
    if (body != null) {
      return Optional.empty();
    }
    try {
      OutgoingBody made = new OutgoingBody(RequestHead.declaredLength(fields));
      body = made;
      return Optional.of(made);
    } catch (HttpException e) {
      return Optional.empty();
    }
  }

  /** Its body, if the guest has asked for it. */
  Optional<BodyPipe> body() {
    return Optional.ofNullable(body).map(OutgoingBody::pipe);
  }

  /** What is sent of it. */
  RequestHead head() throws HttpException {
    String name = scheme.orElse("https");
    if (!name.equals("http") && !name.equals("https")) {
      throw new HttpException(
          Code.HTTP_REQUEST_URI_INVALID, "the scheme is %s, not http or https".formatted(name));
    }
    if (authority.isEmpty()) {
      throw new HttpException(Code.HTTP_REQUEST_URI_INVALID, "the request has no authority");
    }
    if (RequestHead.declaredLength(fields) > 0 && body == null) {
      throw new HttpException(
          Code.HTTP_REQUEST_BODY_SIZE, "content-length is not 0, and there is no body");
    }
    Destination destination = Destination.parse(name.equals("https"), authority.get());
    return RequestHead.of(method, destination, path.orElse(""), fields);
  }

  private void close() {
    body().ifPresent(BodyPipe::cancel);
  }
}
