package dev.bourse.host.process;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a process holds outside its own memory; freed in the reverse order of taking. */
public final class ProcessResources implements AutoCloseable {
  private final Deque<Runnable> closers = new ArrayDeque<>();

  /** Has {@code closer} run when the process ends. Called on the process's thread. */
  public void onEnd(Runnable closer) {
    closers.push(closer);
  }

  @Override
  public void close() {
    Throwable failure = null;
    while (!closers.isEmpty()) {
      try {
        closers.pop().run();
      } catch (RuntimeException | Error e) {
        // One that fails must not keep the others from being freed.
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException("closers throw nothing checked", failure);
    }
  }
}
