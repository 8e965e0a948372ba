package dev.bourse.engine;

/**
 * Proposes what came next the last time the same few tokens stood in the context: free, and often
 * right where a text quotes, edits or repeats itself. (Saxena, "Prompt Lookup Decoding", 2023.)
 */
final class PromptLookup {
  /** Tokens it looks back: a proposal costs the step that everybody shares. */
  static final int LOOK_BACK_TOKENS = 2048;

  static final int DRAFTS_MAX = 8;
  private static final int MATCH_MIN = 2;
  private static final int MATCH_MAX = 4;
  private static final int[] NONE = {};

  private PromptLookup() {}

  /**
   * Drafts for what follows {@code tokens}: after the latest of the longest matches of its end; a
   * text that repeats itself is thought to go on so.
   *
   * @return at most {@link #DRAFTS_MAX} tokens; none if its last two have not been there before
   */
  static int[] propose(int[] tokens) {
    int last = tokens.length - 1;
    int bestEnd = -1;
    int best = MATCH_MIN - 1;
    for (int end = last - 1; end >= best && best < MATCH_MAX; end--) {
      int match = commonEnd(tokens, end);
      if (match > best) {
        best = match;
        bestEnd = end;
      }
    }
    if (best < MATCH_MIN) {
      return NONE;
    }
    int[] drafts = new int[DRAFTS_MAX];
    for (int i = 0; i < drafts.length; i++) {
      drafts[i] = tokens[bestEnd + 1 + i % (last - bestEnd)];
    }
    return drafts;
  }

  /** How many tokens up to {@code end} are those at the end of all, as far as it matters. */
  private static int commonEnd(int[] tokens, int end) {
    int last = tokens.length - 1;
    int match = 0;
    while (match < MATCH_MAX && match <= end && tokens[end - match] == tokens[last - match]) {
      match++;
    }
    return match;
  }
}
