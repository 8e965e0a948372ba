package dev.bourse.bench;

import dev.bourse.engine.EngineProcess;
import java.util.concurrent.ExecutionException;

/**
 * Asks as a client of a completion service asks: every request brings all that was said before, and
 * is computed in a context of its own.
 */
final class Client {
  private final EngineProcess process;
  private long tokens;

  Client(EngineProcess process) {
    this.process = process;
  }

  /**
   * Sends {@code prompt}.
   *
   * @return {@code count} tokens that follow it
   */
  int[] complete(int[] prompt, int count) throws InterruptedException, ExecutionException {
    // The last token of an answer is drawn, and nobody asks for what follows it.
    tokens += prompt.length + count - 1;
    try (Sequence sequence = new Sequence(process.newContext())) {
      return sequence.generate(prompt, count);
    }
  }

  /** Tokens of all requests: what a service that keeps nothing computes. */
  long tokens() {
    return tokens;
  }
}
