package dev.bourse.sdk;

/**
 * Where the keys and values of forward passes came from, and what that cost.
 *
 * @param computed tokens that went through the model because nobody had computed them
 * @param fromCache input tokens that were not computed: another context had computed the same
 *     prefix
 * @param restored tokens read back from disk, for the context was not in memory
 * @param recomputed tokens computed once more because that was cheaper than reading them back, or
 *     because they could not be read
 * @param steps steps of the engine that the passes were part of
 * @param payment what was paid
 */
public record Receipt(
    int computed, int fromCache, int restored, int recomputed, int steps, Payment payment) {
  /** Nothing yet. */
  public static final Receipt NONE = new Receipt(0, 0, 0, 0, 0, Payment.NONE);

  /** This, then the other. */
  public Receipt plus(Receipt other) {
    return new Receipt(
        computed + other.computed,
        fromCache + other.fromCache,
        restored + other.restored,
        recomputed + other.recomputed,
        steps + other.steps,
        payment.plus(other.payment));
  }
}
