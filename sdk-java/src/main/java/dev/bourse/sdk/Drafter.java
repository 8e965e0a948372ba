package dev.bourse.sdk;

/**
 * Guesses how a text goes on. A guess that is right saves a forward pass for each of its tokens,
 * one that is wrong costs the tokens that were computed for nothing; the text is the same either
 * way.
 */
@FunctionalInterface
public interface Drafter {

  /**
   * Tokens that may come next.
   *
   * @param tokens the context's; do not change them
   * @param most that are of use
   * @return none if it has no guess; those above {@code most} are left out
   */
  int[] draft(int[] tokens, int most);

  /**
   * Guesses that what followed the last few tokens earlier in the context follows them again: free,
   * and often right where a text quotes, edits or repeats itself (Saxena, "Prompt Lookup Decoding",
   * 2023).
   */
  static Drafter promptLookup() {
    return new PromptLookup();
  }
}
