package dev.bourse.sdk;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is added to the logits of some tokens before one is drawn: 100 makes a token all but
 * certain, -100 all but impossible.
 */
public final class TokenBias {
  private final Map<Integer, Float> amounts = new LinkedHashMap<>();

  /**
   * Adds to the logit of a token, beside what is added to it already.
   *
   * @throws IllegalArgumentException if the amount is not finite
   */
  public TokenBias add(int token, float amount) {
    if (Float.isNaN(amount) || Float.isInfinite(amount)) {
      throw new IllegalArgumentException(
          "the bias of token " + token + " is " + amount + ": use a logit mask to forbid tokens");
    }
    Float before = amounts.get(token);
    amounts.put(token, before == null ? amount : before + amount);
    return this;
  }

  /** Adds all that another one does. */
  public TokenBias addAll(TokenBias other) {
    other.amounts.forEach(this::add);
    return this;
  }

  /** Whether it changes nothing. */
  public boolean isEmpty() {
    return amounts.isEmpty();
  }

  /** The tokens whose logits change. */
  public int[] tokens() {
    int[] tokens = new int[amounts.size()];
    int at = 0;
    for (Integer token : amounts.keySet()) {
      tokens[at++] = token;
    }
    return tokens;
  }

  /** What is added, parallel to {@link #tokens()}. */
  public float[] amounts() {
    float[] values = new float[amounts.size()];
    int at = 0;
    for (Float amount : amounts.values()) {
      values[at++] = amount;
    }
    return values;
  }
}
