package dev.bourse.bench;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.ForwardResult;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * An agent: some turns, each a prompt and an answer, with a tool's time between. The same for the
 * same number.
 *
 * @param number from 0
 * @param value credits that each turn is worth
 * @param tenant whose it is
 */
record Agent(int number, int value, String tenant, List<Turn> turns) {
  /**
   * @param prompt tokens
   * @param answer tokens to draw
   * @param gapTicks until the next turn
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record Turn(int[] prompt, int answer, long gapTicks) {
    int tokens() {
      return prompt.length + answer;
    }
  }

  /**
   * A turn that was played.
   *
   * @param answer the tokens
   * @param nanos from its beginning to its end
   * @param ticks the same in steps, with a millisecond in which there was none as one
   * @param steps of these, the ones it was part of
   * @param waitedSteps the most steps that passed for a token of it in which it was not served
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares them.
  record Played(int[] answer, long nanos, long ticks, int steps, long waitedSteps) {}

  static final int[] VALUES = {1, 4, 16};
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int TURNS = 4;
  private static final int TENANTS = 8;

  /** Steps a tool's time is thought to take, and what part of the turn's value saving them has. */
  private static final int GAP_STEPS = 100;

  private static final double GAP_WORTH = 0.1;

  /** An agent of its own seed; values and tenants take turns. */
  static Agent of(int number) {
    Random random = new Random(number);
    Turn[] turns = new Turn[TURNS];
    Arrays.setAll(
        turns,
        i ->
            new Turn(
                random.ints(32 + random.nextInt(97), 300, 1000).toArray(),
                16 + random.nextInt(33),
                50 + random.nextInt(300)));
    int value = VALUES[number / TENANTS % VALUES.length];
    return new Agent(number, value, "tenant " + number % TENANTS, List.of(turns));
  }

  /** Tokens of its context in the end. */
  int tokens() {
    return turns.stream().mapToInt(Turn::tokens).sum();
  }

  /**
   * Plays all turns.
   *
   * @param bids whether it bids what its turns are worth to it, or leaves that to the engine
   * @param pauses whether it takes its time between turns
   */
  List<Played> play(Engine engine, EngineProcess process, boolean bids, boolean pauses, int chunk)
      throws InterruptedException, ExecutionException {
    Context context = process.newContext();
    List<Played> played = new ArrayList<>();
    int length = 0;
    for (Turn turn : turns) {
      if (bids) {
        bid(context, turn, length, chunk);
      }
      long begin = System.nanoTime();
      long tick = engine.ticks();
      int steps = 0;
      int[] answer = new int[turn.answer];
      int[] next = turn.prompt;
      long waited = 0;
      for (int i = 0; i < turn.answer; i++) {
        long submitted = engine.statistics().steps();
        ForwardResult result = pass(context, next, length);
        long passed = engine.statistics().steps() - submitted;
        steps += result.receipt().steps();
        waited = Math.max(waited, passed - result.receipt().steps());
        length += next.length;
        answer[i] = ((Slot.Token) result.slots().getFirst()).id();
        next = new int[] {answer[i]};
      }
      long end = engine.ticks();
      played.add(new Played(answer, System.nanoTime() - begin, end - tick, steps, waited));
      if (bids) {
        int pages = Math.ceilDiv(length, context.tokensPerPage());
        context.bid(0, value * GAP_WORTH / pages / GAP_STEPS);
      }
      if (pauses) {
        pause(engine, turn.gapTicks);
      }
    }
    context.destroy();
    return played;
  }

  static void pause(Engine engine, long ticks) throws InterruptedException {
    long end = engine.ticks() + ticks;
    while (engine.ticks() < end) {
      Thread.sleep(4);
    }
  }

  /** Half of what the turn is worth for slots, half for pages. */
  private void bid(Context context, Turn turn, int length, int chunk) {
    int pages = Math.ceilDiv(length + turn.tokens(), context.tokensPerPage());
    int steps = Math.ceilDiv(turn.prompt.length, chunk) + turn.answer;
    context.bid(value / 2.0 / turn.tokens(), value / 2.0 / pages / steps);
  }

  private static ForwardResult pass(Context context, int[] tokens, int from)
      throws InterruptedException, ExecutionException {
    int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
    if (room < tokens.length) {
      context.reserveWorkingPages(Math.ceilDiv(tokens.length - room, context.tokensPerPage()));
    }
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> from + i);
    return context
        .forward(
            ForwardRequest.builder()
                .input(tokens, positions)
                .read(GREEDY, tokens.length - 1)
                .build())
        .get();
  }

  static List<Agent> all(int count) {
    return Stream.iterate(0, i -> i + 1).limit(count).map(Agent::of).toList();
  }
}
