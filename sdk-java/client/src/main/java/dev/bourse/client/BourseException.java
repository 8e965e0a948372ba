package dev.bourse.client;

import dev.bourse.proto.v1.Error;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.Serial;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call that the server refused, or that did not reach it. */
public final class BourseException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private static final Metadata.Key<Error> DETAILS =
      Metadata.Key.of(
          "bourse-error-bin", ProtoUtils.metadataMarshaller(Error.getDefaultInstance()));

  private final String reason;
  private final transient Map<String, String> details;

  private BourseException(
      String reason, String message, Map<String, String> details, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.details = Map.copyOf(details);
  }

  static BourseException of(StatusException e) {
    return of(e.getStatus(), e.getTrailers(), e);
  }

  static BourseException of(StatusRuntimeException e) {
    return of(e.getStatus(), e.getTrailers(), e);
  }

  private static BourseException of(Status status, @Nullable Metadata trailers, Throwable e) {
    Error error = trailers == null ? null : trailers.get(DETAILS);
    if (error != null) {
      return new BourseException(error.getReason(), error.getMessage(), error.getDetailsMap(), e);
    }
    String words = status.getDescription();
    String message =
        status.getCode() == Status.Code.UNAVAILABLE
            ? "the server cannot be reached: " + words
            : words == null ? status.getCode().name() : words;
    return new BourseException(status.getCode().name(), message, Map.of(), e);
  }

  /** Why, in a word that never changes its meaning, such as {@code NOT_FOUND}. */
  public String reason() {
    return reason;
  }

  /** Names and values, such as the limit that was exceeded. */
  public Map<String, String> details() {
    return details;
  }
}
