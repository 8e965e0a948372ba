package dev.bourse.server.grpc;

import dev.bourse.proto.v1.Error;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Says what went wrong with a call, so that programs and people can tell. */
final class Failures {
  /** The trailer that carries a {@link Error}: {@code bourse-error-bin}. */
  static final Metadata.Key<Error> DETAILS =
      Metadata.Key.of(
          "bourse-error-bin", ProtoUtils.metadataMarshaller(Error.getDefaultInstance()));

  /**
   * Characters of a message; percent-encoded and in base64, they become ten times as many bytes.
   */
  private static final int WORDS_MAX = 400;

  private static final Logger LOG = System.getLogger(Failures.class.getName());

  private Failures() {}

  /** Answers a call that has one answer. */
  static <T> void answer(StreamObserver<T> observer, Supplier<T> action) {
    T value;
    try {
      value = action.get();
    } catch (RuntimeException | java.lang.Error e) { // whatever it is, it ends this call only
      observer.onError(of(e));
      return;
    }
    observer.onNext(value);
    observer.onCompleted();
  }

  /** How a call ends that fails with {@code e}. */
  static StatusRuntimeException of(Throwable e) {
    if (e instanceof StatusRuntimeException status) {
      return status;
    }
    if (e instanceof ServiceException known) {
      return of(known);
    }
    LOG.log(Level.ERROR, "a call failed inside the server", e);
    return of(new ServiceException(Reason.INTERNAL, "internal error: " + e));
  }

  private static StatusRuntimeException of(ServiceException e) {
    Metadata trailers = new Metadata();
    trailers.put(
        DETAILS,
        Error.newBuilder()
            .setReason(e.reason().name())
            .setMessage(cut(e.words()))
            .putAllDetails(
                e.details().entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> cut(entry.getValue()))))
            .build());
    return status(e.reason()).withDescription(cut(e.words())).asRuntimeException(trailers);
  }

  /**
   * A message may repeat what a client sent, and trailers beyond 8 KiB would end its connection.
   */
  private static String cut(String words) {
    if (words.length() <= WORDS_MAX) {
      return words;
    }
    int end = words.offsetByCodePoints(0, words.codePointCount(0, WORDS_MAX - 1));
    return words.substring(0, end) + "…";
  }

  private static Status status(Reason reason) {
    return switch (reason) {
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case PERMISSION_DENIED -> Status.PERMISSION_DENIED;
      case NOT_FOUND -> Status.NOT_FOUND;
      case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
      case LIMIT_EXCEEDED, RATE_LIMITED, BUDGET_EXCEEDED -> Status.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> Status.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
      case INTERNAL -> Status.INTERNAL;
    };
  }
}
