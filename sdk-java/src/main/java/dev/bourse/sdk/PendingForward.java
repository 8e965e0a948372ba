package dev.bourse.sdk;

/**
 * A forward pass that is under way. Its context does nothing else until it is awaited; passes of
 * other contexts that are under way meanwhile are computed together with it.
 */
public final class PendingForward {
  private final Context context;
  private final int wanted;

  /**
   * @param wanted outputs that were asked for
   */
  PendingForward(Context context, int wanted) {
    this.context = context;
    this.wanted = wanted;
  }

  /**
   * Waits for the pass; once.
   *
   * @return one output per {@code sample} and {@code read}, in their order
   * @throws InferletException if the engine fails the pass; the context is as before
   */
  public ForwardOutput await() {
    return new ForwardOutput(context.finish(), wanted);
  }
}
