package dev.bourse.sdk;

import java.util.Arrays;

/** {@link Drafter#promptLookup}: what came after the latest of the longest matches of the end. */
final class PromptLookup implements Drafter {
  private static final int MATCH_MIN = 2;
  private static final int MATCH_MAX = 4;

  @Override
  public int[] draft(int[] tokens, int most) {
    int last = tokens.length - 1;
    int longest = MATCH_MIN - 1;
    int after = -1;
    for (int end = last - 1; end >= longest && longest < MATCH_MAX; end--) {
      int match = commonEnd(tokens, end);
      if (match > longest) {
        longest = match;
        after = end + 1;
      }
    }
    return after < 0
        ? new int[0]
        : Arrays.copyOfRange(tokens, after, after + Math.min(most, tokens.length - after));
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
