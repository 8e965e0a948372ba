package dev.bourse.server.market;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/**
 * A program that talks, pauses, and talks again, until its process is closed: real contexts, real
 * passes. Each turn is worth something to it, and it bids what that is worth: half for the token
 * slots it will need, half for its pages and the steps it will need them. While it pauses it bids a
 * tenth for its pages.
 */
final class Agent {
  /** Credits that a turn of value 1 is worth. */
  private static final double CREDITS = 0.1;

  private static final int PROMPT_LEAST = 16;
  private static final int PROMPT_MOST = 96;
  private static final int ANSWER_LEAST = 8;
  private static final int ANSWER_MOST = 48;
  private static final int PAUSE_MILLIS_MOST = 400;

  private final Engine engine;
  private final EngineProcess process;
  private final int value;
  private final int[] system;
  private final int[] words;
  private final Random random;
  private final int contextTokens;

  /**
   * @param process its own
   * @param value of a turn
   * @param system tokens that its contexts begin with
   * @param words tokens that it says, over and over
   */
  Agent(Engine engine, EngineProcess process, int value, int[] system, int[] words, Random random) {
    this.engine = engine;
    this.process = process;
    this.value = value;
    this.system = system;
    this.words = words;
    this.random = random;
    this.contextTokens =
        Math.min(engine.model().config().contextLength(), engine.config().kvTokens());
  }

  /** Tokens of the shortest context in which an agent can have a turn. */
  static int tokensLeast(int systemTokens) {
    return systemTokens + PROMPT_MOST + ANSWER_MOST;
  }

  /**
   * Talks until the process is closed.
   *
   * @throws EngineException once it is closed, or if the engine refuses something
   */
  void talk() throws InterruptedException {
    while (true) {
      Context context = process.newContext();
      int[] prompt = system;
      int length = 0;
      while (true) {
        int[] said = prompt(prompt);
        int answer = random.nextInt(ANSWER_LEAST, ANSWER_MOST + 1);
        if (length + said.length + answer > contextTokens) {
          break;
        }
        turn(context, length, said, answer);
        length += said.length + answer;
        prompt = new int[0];
        Thread.sleep(random.nextInt(PAUSE_MILLIS_MOST));
      }
      context.destroy();
    }
  }

  private int[] prompt(int[] begin) {
    int count = random.nextInt(PROMPT_LEAST, PROMPT_MOST + 1);
    int[] prompt = Arrays.copyOf(begin, begin.length + count);
    int from = random.nextInt(words.length);
    for (int i = 0; i < count; i++) {
      prompt[begin.length + i] = words[(from + i) % words.length];
    }
    return prompt;
  }

  private void turn(Context context, int length, int[] prompt, int answer)
      throws InterruptedException {
    int end = length + prompt.length + answer;
    int pages = Math.ceilDiv(end, context.tokensPerPage());
    int steps = Math.ceilDiv(prompt.length, engine.config().chunkTokens()) + answer;
    double worth = value * CREDITS / 2;
    double perPage = worth / pages / steps;
    context.bid(worth / (prompt.length + answer), perPage);
    int token = pass(context, length, prompt);
    for (int at = length + prompt.length; at < end; at++) {
      token = pass(context, at, new int[] {token});
    }
    context.commitWorkingPages(context.workingTokens() / context.tokensPerPage());
    context.bid(0, perPage / 10);
  }

  /** Computes tokens, and draws the one that follows. */
  private int pass(Context context, int length, int[] tokens) throws InterruptedException {
    int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
    if (tokens.length > room) {
      context.reserveWorkingPages(Math.ceilDiv(tokens.length - room, context.tokensPerPage()));
    }
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> length + i);
    ForwardRequest request =
        ForwardRequest.builder()
            .input(tokens, positions)
            .read(new Sampler.TopP(0.8f, 0.95f), tokens.length - 1)
            .build();
    try {
      return ((Slot.Token) context.forward(request).get().slots().getFirst()).id();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException failure) {
        throw failure;
      }
      throw new IllegalStateException("a forward pass failed: " + e.getCause(), e);
    }
  }
}
