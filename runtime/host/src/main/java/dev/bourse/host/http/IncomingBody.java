package dev.bourse.host.http;

import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The body of a message that a guest receives. */
final class IncomingBody {
  static final ResourceType<IncomingBody> TYPE =
      ResourceType.of("incoming-body", IncomingBody.class, body -> body.pipe.cancel());

  private final BodyPipe pipe;
  private @Nullable PipeSource source;

  IncomingBody(BodyPipe pipe) {
    this.pipe = pipe;
  }

  /** The stream out of it, the first time. */
  Optional<PipeSource> stream(InferletProcess process) {
    if (source != null) {
      return Optional.empty();
    }
    PipeSource made = new PipeSource(process, pipe);
    source = made;
    return Optional.of(made);
  }

  /** What comes behind it; the rest of it is thrown away. */
  FutureTrailers finish(InferletProcess process) {
    PipeSource known = source;
    if (known != null && known.isOpen()) {
      throw new GuestTrap("an incoming-body was finished while its input-stream is open");
    }
    process.wakeOn(pipe.trailers());
    pipe.discard();
    return new FutureTrailers(pipe);
  }

  /** Trailers that may not have come yet; given out once. */
  static final class FutureTrailers {
    static final ResourceType<FutureTrailers> TYPE =
        ResourceType.of("future-trailers", FutureTrailers.class, future -> future.pipe.cancel());

    private final BodyPipe pipe;
    private boolean taken;

    FutureTrailers(BodyPipe pipe) {
      this.pipe = pipe;
    }

    CompletableFuture<Fields> future() {
      return pipe.trailers();
    }

    /** Whether this is the first time they are asked for. */
    boolean take() {
      boolean first = !taken;
      taken = true;
      return first;
    }
  }
}
