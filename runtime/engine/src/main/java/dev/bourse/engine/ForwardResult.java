package dev.bourse.engine;

import java.util.List;

/**
 * What a forward pass gave.
 *
 * @param slots a token for each draft that was drawn; then one slot for each (sampler, row), in the
 *     order attached
 * @param proposed drafts for the next pass, if those were wanted
 * @param observations one for each token drawn, in the order of the slots, if those were wanted
 * @param receipt what it took
 */
public record ForwardResult(
    List<Slot> slots, Drafts proposed, List<Observation> observations, Receipt receipt) {
  public ForwardResult {
    slots = List.copyOf(slots);
    observations = List.copyOf(observations);
  }

  /**
   * What the model made of a token that was drawn: its own distribution, before bias, mask and
   * temperature.
   *
   * @param tokens the one that was drawn, then the most probable ones, most probable first
   * @param logprobs the natural logarithm of the probability of each
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Observation(int[] tokens, float[] logprobs) {}

  /**
   * Tokens that may be drawn after the one that this pass drew last. The engine looks for them in
   * the context itself, and they are only a guess.
   *
   * @param positions one for each token, if the token drawn last is appended next to the last one
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record Drafts(int[] tokens, int[] positions) {
    static final Drafts NONE = new Drafts(new int[0], new int[0]);
  }

  /**
   * What a pass took. Its own tokens were computed or found; those the context had before may have
   * been brought back to memory for it.
   *
   * @param tokensComputed its tokens that went through the model
   * @param tokensFromCache its tokens that somebody had computed before
   * @param tokensRestored earlier tokens of the context that were read back from disk
   * @param tokensRecomputed earlier tokens of the context that went through the model once more
   * @param steps steps the pass was part of
   * @param queuedNanos from submission to the start of its first step
   * @param totalNanos from submission to the result
   * @param payment what it cost
   */
  public record Receipt(
      int tokensComputed,
      int tokensFromCache,
      int tokensRestored,
      int tokensRecomputed,
      int steps,
      long queuedNanos,
      long totalNanos,
      Payment payment) {}

  /**
   * What a pass cost, in credits.
   *
   * @param slots for the token slots it was computed in
   * @param rent for the context's pages since the pass before
   * @param dividend what its account got back lately, for each step
   */
  public record Payment(double slots, double rent, double dividend) {}
}
