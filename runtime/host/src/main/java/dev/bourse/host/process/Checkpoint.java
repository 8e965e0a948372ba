package dev.bourse.host.process;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import dev.bourse.host.program.PreemptibleCode;

/**
 * Where a computing guest can be held up. Compiled guests call {@link #poll} at every backward
 * branch and at every indirect call (see {@link PreemptibleCode}); interpreted ones at every
 * instruction. Public only because generated code lives in a package of its own.
 */
public final class Checkpoint {
  private Checkpoint() {}

  /** Raised after a tick until all guests that it found computing have noticed. */
  private static volatile boolean requested;

  public static void request(boolean wanted) {
    requested = wanted;
  }

  /**
   * Lets others run when the guest's slice is over; unwinds the guest when its thread was told to.
   */
  public static void poll() {
    if (requested) {
      Preemption.sliceOver();
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new ChicoryInterruptedException("interrupted");
    }
  }

  /** {@link #poll} for the interpreter, which looks for interrupts itself. */
  public static void pollSlice() {
    if (requested) {
      Preemption.sliceOver();
    }
  }
}
