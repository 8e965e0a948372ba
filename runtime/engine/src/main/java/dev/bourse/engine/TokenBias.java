package dev.bourse.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What is added to the logits of some tokens before one is drawn. Probes read the logits without
 * it.
 *
 * @param tokens of the vocabulary; of one that is there twice, both amounts are added
 * @param amounts finite, one for each token
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TokenBias(int[] tokens, float[] amounts) {

  /**
   * Checks the amounts.
   *
   * @throws IllegalArgumentException if one is not finite, or there is not one for each token
   */
  TokenBias {
    if (tokens.length != amounts.length) {
      throw new IllegalArgumentException(
          "a bias of " + amounts.length + " amounts for " + tokens.length + " tokens");
    }
    for (int i = 0; i < amounts.length; i++) {
      if (!Float.isFinite(amounts[i])) {
        throw new IllegalArgumentException(
            "the bias of token "
                + Integer.toUnsignedString(tokens[i])
                + " is "
                + amounts[i]
                + ": use a logit mask to forbid tokens");
      }
    }
  }

  /** Both, the second after the first. */
  static TokenBias sum(@Nullable TokenBias first, TokenBias second) {
    if (first == null) {
      return second;
    }
    int count = first.tokens.length;
    int[] tokens = Arrays.copyOf(first.tokens, count + second.tokens.length);
    float[] amounts = Arrays.copyOf(first.amounts, tokens.length);
    System.arraycopy(second.tokens, 0, tokens, count, second.tokens.length);
    System.arraycopy(second.amounts, 0, amounts, count, second.amounts.length);
    return new TokenBias(tokens, amounts);
  }

  void addTo(float[] logits) {
    for (int i = 0; i < tokens.length; i++) {
      // Several may add up to more than there is; what is forbidden stays so.
      logits[tokens[i]] = Math.min(logits[tokens[i]] + amounts[i], Float.MAX_VALUE);
    }
  }
}
