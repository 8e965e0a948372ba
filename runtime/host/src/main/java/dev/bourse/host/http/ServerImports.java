package dev.bourse.host.http;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U16;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.variant;
import static dev.bourse.host.http.HttpTypes.DONE;
import static dev.bourse.host.http.HttpTypes.METHOD;
import static dev.bourse.host.http.HttpTypes.SCHEME;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Requests that come to a guest, and the responses that it gives. */
final class ServerImports {
  private ServerImports() {}

  /** A request as the guest sees it. */
  static final class Incoming {
    static final ResourceType<Incoming> TYPE =
        ResourceType.of("incoming-request", Incoming.class, Incoming::close);

    private final ServedRequest request;
    private boolean consumed;

    Incoming(ServedRequest request) {
      this.request = request;
    }

    private Case consume() {
      if (consumed) {
        return HttpTypes.nothing();
      }
      consumed = true;
      return HttpTypes.ok(new IncomingBody(request.body()));
    }

    private void close() {
      if (!consumed) {
        request.body().cancel();
      }
    }
  }

  /** A response as the guest puts it together. */
  static final class Outgoing {
    static final ResourceType<Outgoing> TYPE =
        ResourceType.of("outgoing-response", Outgoing.class, Outgoing::close);

    private final Fields fields;
    private int status = 200;
    private @Nullable OutgoingBody body;

    Outgoing(Fields fields) {
      this.fields = fields.frozen();
    }

    private boolean setStatus(int value) {
      if (value < 200 || value > 599) {
        return false;
      }
      status = value;
      return true;
    }

    private Case takeBody() {
      if (body != null) {
        return HttpTypes.nothing();
      }
      try {
        OutgoingBody made = new OutgoingBody(RequestHead.declaredLength(fields));
        body = made;
        return HttpTypes.ok(made);
      } catch (HttpException e) {
        return HttpTypes.nothing();
      }
    }

    /** What is sent of it. */
    private Response response() {
      OutgoingBody made = body;
      BodyPipe pipe;
      if (made == null) {
        pipe = new BodyPipe();
        pipe.end(new Fields());
      } else {
        pipe = made.pipe();
      }
      return new Response(status, fields, pipe);
    }

    private void close() {
      OutgoingBody made = body;
      if (made != null) {
        made.pipe().cancel();
      }
    }
  }

  /** Where the response goes, once. */
  record Outparam(CompletableFuture<Response> response) {
    static final ResourceType<Outparam> TYPE =
        ResourceType.of("response-outparam", Outparam.class, Outparam::close);

    private void close() {
      response.completeExceptionally(
          new HttpException(
              HttpError.Code.INTERNAL_ERROR, "the inferlet gave no response to the request"));
    }
  }

  static void addTo(ImportModule module) {
    WitType<Incoming> in = borrow(Incoming.TYPE);
    WitType<Outgoing> out = borrow(Outgoing.TYPE);
    module
        .function("[method]incoming-request.method", in, METHOD, (guest, r) -> r.request.method())
        .function(
            "[method]incoming-request.path-with-query",
            in,
            option(STRING),
            (guest, r) -> Optional.of(r.request.path()))
        .function(
            "[method]incoming-request.scheme",
            in,
            option(SCHEME),
            (guest, r) -> Optional.of(r.request.scheme()))
        .function(
            "[method]incoming-request.authority",
            in,
            option(STRING),
            (guest, r) -> r.request.authority())
        .function(
            "[method]incoming-request.headers",
            in,
            own(FieldsImports.TYPE),
            (guest, r) -> r.request.fields())
        .function(
            "[method]incoming-request.consume",
            in,
            variant(own(IncomingBody.TYPE), UNIT),
            (guest, r) -> r.consume())
        .drop(Incoming.TYPE)
        .function(
            "[constructor]outgoing-response",
            own(FieldsImports.TYPE),
            own(Outgoing.TYPE),
            (guest, fields) -> new Outgoing(fields))
        .function("[method]outgoing-response.status-code", out, U16, (guest, r) -> r.status)
        .function(
            "[method]outgoing-response.set-status-code",
            out,
            U16,
            DONE,
            (guest, r, status) -> r.setStatus(status))
        .function(
            "[method]outgoing-response.headers",
            out,
            own(FieldsImports.TYPE),
            (guest, r) -> r.fields)
        .function(
            "[method]outgoing-response.body",
            out,
            variant(own(OutgoingBody.TYPE), UNIT),
            (guest, r) -> r.takeBody())
        .drop(Outgoing.TYPE)
        .function(
            "[static]response-outparam.set",
            own(Outparam.TYPE),
            HttpTypes.fallible(own(Outgoing.TYPE)),
            UNIT,
            (guest, param, result) -> set(param, result))
        .drop(Outparam.TYPE);
  }

  private static Unit set(Outparam param, Case result) {
    if (result.discriminant() == 0) {
      Outgoing outgoing = result.payload(own(Outgoing.TYPE));
      param.response().complete(outgoing.response());
    } else {
      HttpError error = result.payload(HttpTypes.ERROR_CODE);
      param.response().completeExceptionally(error.exception());
    }
    return Unit.UNIT;
  }
}
