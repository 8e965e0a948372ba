package dev.bourse.engine;

/**
 * Tokens that contexts got without their being computed for the first time, since the engine
 * started.
 *
 * @param reused found in memory, as somebody had computed them
 * @param restored read back from a snapshot or the spill file
 * @param recomputed computed again, as that was cheaper than to keep them
 */
public record TokenCounts(long reused, long restored, long recomputed) {
  static final TokenCounts NONE = new TokenCounts(0, 0, 0);

  TokenCounts reused(int tokens) {
    return new TokenCounts(reused + tokens, restored, recomputed);
  }

  TokenCounts restored(int tokens) {
    return new TokenCounts(reused, restored + tokens, recomputed);
  }

  TokenCounts recomputed(int tokens) {
    return new TokenCounts(reused, restored, recomputed + tokens);
  }
}
