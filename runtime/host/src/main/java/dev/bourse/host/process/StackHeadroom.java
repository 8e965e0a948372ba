package dev.bourse.host.process;

/**
 * Makes sure that a host call has stack left to run on.
 *
 * <p>A guest can recurse to the end of its stack and call the engine from there. The {@link
 * StackOverflowError} would then strike in the middle of a change to page tables that other
 * inferlets share. So the stack is walked down first, and if it ends, it ends here, where nothing
 * is half done.
 */
public final class StackHeadroom {
  /** Frames of {@link #descend}: some tens of KiB, about a microsecond. */
  private static final int FRAMES = 1024;

  private StackHeadroom() {}

  /**
   * Returns if there is room for a call into the engine.
   *
   * @throws StackOverflowError if there is not
   */
  public static void require() {
    if (descend(FRAMES) != FRAMES) {
      throw new AssertionError("descending counts frames");
    }
  }

  private static int descend(int frames) {
    return frames == 0 ? 0 : 1 + descend(frames - 1);
  }
}
