package dev.bourse.scheduler.violations;

import java.nio.file.Path;
import java.time.Clock;

/** Schedulers whose plans would depend on something that is not an argument. */
public final class Impure {
  private Impure() {}

  /** Asks a clock. */
  public record ReadsAClock(Clock clock) {}

  /** Asks the system's timer. */
  public static final class ReadsTheTimer {
    private ReadsTheTimer() {}

    /** The time. */
    public static long now() {
      return System.nanoTime();
    }
  }

  /** Has threads. */
  public record StartsAThread(Thread thread) {}

  /** Has files. */
  public record ReadsAFile(Path path) {}
}
