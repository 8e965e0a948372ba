package dev.bourse.host.java;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.spi.GuestChild;
import java.util.concurrent.CompletableFuture;

/** A child of a process that runs in the host's own JVM. */
final class JavaChild implements GuestChild {
  private final JavaRuntime runtime;
  private final InferletProcess child;
  private final CompletableFuture<Outcome> outcome;
  private volatile boolean detached;

  JavaChild(JavaRuntime runtime, InferletProcess child) {
    this.runtime = runtime;
    this.child = child;
    this.outcome = child.outcome();
    runtime.process().resources().onEnd(this::orphan);
  }

  private void orphan() {
    if (!detached) {
      child.terminate("its parent has ended");
    }
  }

  @Override
  public String pid() {
    return child.id();
  }

  @Override
  public boolean isDone() {
    return outcome.isDone();
  }

  @Override
  public String result() {
    return switch (runtime.call(() -> JavaRuntime.get(outcome))) {
      case Outcome.Finished finished -> finished.result();
      case Outcome.Failed failed -> throw new InferletException(failed.message());
    };
  }

  @Override
  public void cancel() {
    child.terminate("its parent has cancelled it");
  }

  @Override
  public void detach() {
    detached = true;
  }
}
