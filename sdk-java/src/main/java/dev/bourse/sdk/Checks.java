package dev.bourse.sdk;

/** Range checks with one wording. */
final class Checks {
  private Checks() {}

  static void temperature(float temperature) {
    if (!(temperature >= 0) || Float.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + "; it must be 0 (greedy) or a positive number");
    }
  }

  static void probability(String name, float p) {
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException(name + " is " + p + "; it must be above 0 and at most 1");
    }
  }

  static void atLeast(String name, int value, int limit) {
    if (value < limit) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + limit);
    }
  }
}
