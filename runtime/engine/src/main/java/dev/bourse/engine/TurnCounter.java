package dev.bourse.engine;

/** Counts what the turn of a context comes to. Owned by whoever holds the engine's lock. */
final class TurnCounter {
  private long beganNanos;
  private long endedNanos;
  private long offerMicros;
  private int prompt;
  private int output;
  private int steps;

  /**
   * A turn begins.
   *
   * @param offer micro-credits for a token slot
   */
  void begin(long offer) {
    beganNanos = System.nanoTime();
    endedNanos = beganNanos;
    offerMicros = offer;
    prompt = 0;
    output = 0;
    steps = 0;
  }

  /** It was part of a step. */
  void step() {
    steps++;
  }

  int steps() {
    return steps;
  }

  void computed(boolean decode, int tokens) {
    if (decode) {
      output += tokens;
    } else {
      prompt += tokens;
    }
  }

  /** A pass was finished. */
  void finished() {
    endedNanos = System.nanoTime();
  }

  boolean isEmpty() {
    return prompt + output == 0;
  }

  Turn turn(long context, String user) {
    return new Turn(context, user, beganNanos, endedNanos, prompt, output, Credits.of(offerMicros));
  }
}
