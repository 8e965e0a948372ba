package dev.bourse.host.http;

import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.http.HttpError.Code;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import java.util.Optional;

/** The body of a message that a guest sends. */
final class OutgoingBody {
  static final ResourceType<OutgoingBody> TYPE =
      ResourceType.of("outgoing-body", OutgoingBody.class, OutgoingBody::close);

  private final BodyPipe pipe = new BodyPipe();
  private final PipeSink sink;
  private boolean written;

  /**
   * A body.
   *
   * @param declared bytes that it has, or -1
   */
  OutgoingBody(long declared) {
    sink = new PipeSink(pipe, declared);
  }

  BodyPipe pipe() {
    return pipe;
  }

  /** The stream into it, the first time. */
  Optional<PipeSink> stream(InferletProcess process) {
    if (written) {
      return Optional.empty();
    }
    written = true;
    sink.open(process);
    return Optional.of(sink);
  }

  /** Ends it, and says what is wrong with it if it cannot be sent like that. */
  Optional<HttpError> finish(Fields trailers) {
    if (sink.isOpen()) {
      throw new GuestTrap("an outgoing-body was finished while its output-stream is open");
    }
    if (!sink.isWhole()) {
      HttpError error =
          new HttpError(
              Code.HTTP_REQUEST_BODY_SIZE,
              "the body has %d bytes, content-length states another number"
                  .formatted(sink.written()));
      pipe.fail(error);
      return Optional.of(error);
    }
    pipe.end(trailers);
    return Optional.empty();
  }

  /** Nobody finishes it any more. */
  private void close() {
    pipe.fail(
        new HttpError(Code.CONNECTION_TERMINATED, "the body was dropped before it was finished"));
  }
}
