package dev.bourse.scheduler;

/**
 * What one context wants of the next step.
 *
 * <p>There is no prefill and no decode: a context has computed tokens and wanted tokens, and a step
 * brings the first nearer to the second. A decode is a demand of one.
 *
 * @param context identifies the context
 * @param arrival when its forward pass was submitted, as a sequence number: lower came first
 * @param tokens tokens it wants computed, at least 1
 */
public record Demand(long context, long arrival, int tokens) {
  public Demand {
    if (tokens < 1) {
      throw new IllegalArgumentException(
          "context " + context + " demands " + tokens + " tokens: a demand is at least 1");
    }
  }
}
