package dev.bourse.host.abi;

import dev.bourse.host.process.InferletProcess;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Something a guest can wait for: a condition, or a point in time.
 *
 * @param ready whether it has come about; whatever makes it true wakes the process's thread
 * @param deadlineNanos the {@link System#nanoTime} at which it is ready anyway, or {@link #NEVER}
 */
public record Pollable(BooleanSupplier ready, long deadlineNanos) {
  public static final long NEVER = InferletProcess.NEVER;

  public static final ResourceType<Pollable> TYPE = ResourceType.of("pollable", Pollable.class);

  public static Pollable always() {
    return new Pollable(() -> true, NEVER);
  }

  /** Ready when {@code future} is done; the caller has it wake the process. */
  public static Pollable of(CompletableFuture<?> future) {
    return new Pollable(future::isDone, NEVER);
  }

  public static Pollable at(long deadlineNanos) {
    return new Pollable(() -> false, deadlineNanos);
  }

  public boolean isReady() {
    return ready.getAsBoolean()
        || (deadlineNanos != NEVER && System.nanoTime() - deadlineNanos >= 0);
  }
}
