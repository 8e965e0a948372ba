package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.SimulatedContext.State;

/**
 * What agents bid.
 *
 * <p>A truthful one knows what its turn is worth, and its prompt; how long its answer will be it
 * can only expect. Half of the value is for slots and half for pages, so that it never pays more
 * than a turn is worth: v = V/2 over the tokens it still needs, h = V/2 over its pages and the
 * steps it still needs. Once twice the ideal time has passed, V is what a late answer is worth.
 * While it pauses, keeping its pages is worth the time it takes to have them back, as part of V.
 */
final class Bidder {
  /** More than any balance that a workload can give: what is bid is what there is. */
  private static final long ALL = 1L << 50;

  /** Steps a pause is thought to take. */
  private static final int PAUSE_STEPS = 100;

  private final EngineModel engine;
  private final Economy economy;

  Bidder(EngineModel engine, Economy economy) {
    this.engine = engine;
    this.economy = economy;
  }

  /** Micro-credits for a token slot. */
  long slotBid(SimulatedContext context, long now) {
    return switch (context.agent.bidding()) {
      case TRUTHFUL -> (long) (worth(context, now) / 2 / tokensLeft(context));
      case MAXIMUM -> ALL;
      case DEFAULT -> economy.defaultSlotBid(context, engine, context.wanted(engine.chunk()));
      case ZERO -> 0;
    };
  }

  /** Micro-credits for a page and step, as far as its account can pay them. */
  long pageBid(SimulatedContext context, long now) {
    int pages = Math.max(context.frames, engine.pagesFor(context.promptEnd));
    return economy.pageBid(context.account, ownPageBid(context, now), pages);
  }

  private long ownPageBid(SimulatedContext context, long now) {
    return switch (context.agent.bidding()) {
      case TRUTHFUL -> (long) truthfulPageBid(context, now);
      case MAXIMUM -> ALL;
      case DEFAULT -> economy.defaultPageBid(context, engine);
      case ZERO -> 0;
    };
  }

  private double truthfulPageBid(SimulatedContext context, long now) {
    int pages = Math.max(1, engine.pagesFor(Math.max(context.high, context.promptEnd)));
    if (context.state == State.PAUSED) {
      double restoring = pages * engine.pageMicros() / Math.max(1, context.idealMicros);
      return worth(context, context.turnBegin) / 2 * Math.min(1, restoring) / pages / PAUSE_STEPS;
    }
    return worth(context, now) / 2 / pages / stepsLeft(context);
  }

  private static double worth(SimulatedContext context, long now) {
    double value = (double) context.agent.value() * Workload.CREDIT;
    return now - context.turnBegin <= 2 * context.idealMicros
        ? value
        : value * context.agent.late();
  }

  private static int tokensLeft(SimulatedContext context) {
    return prefillLeft(context) + decodesLeft(context);
  }

  /** What is spilled need not be computed again. */
  private static int prefillLeft(SimulatedContext context) {
    int kept = context.kept > context.prefixTokens ? context.kept : 0;
    return Math.max(0, context.prefillLeft() - Math.max(0, kept - context.computed));
  }

  private int stepsLeft(SimulatedContext context) {
    return (prefillLeft(context) + engine.chunk() - 1) / engine.chunk() + decodesLeft(context);
  }

  /** An answer that is longer than expected is thought to go on for a quarter of that. */
  private static int decodesLeft(SimulatedContext context) {
    int expected = context.agent.outputExpected();
    int done = Math.max(0, Math.max(context.computed, context.kept) - context.promptEnd);
    return Math.max(1 + expected / 4, expected - done);
  }
}
