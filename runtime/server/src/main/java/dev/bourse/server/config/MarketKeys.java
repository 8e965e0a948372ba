package dev.bourse.server.config;

import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Policies;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import java.util.List;

/** The keys of the table {@code [market]}. */
final class MarketKeys {
  private static final int MILLION = 1 << 20;
  private static final MarketConfig RULES = MarketConfig.DEFAULT;
  private static final LeaseTerms TERMS = LeaseTerms.DEFAULT;

  static final Key<String> POLICY =
      Key.of(
          "policy",
          Kind.oneOf(Policies.NAMES),
          MarketSettings.DEFAULT.policy(),
          "Who computes, and who stays in memory, when not all can: market (who bids most),",
          "fcfs (first come, first served), vtc (whoever had least), dlpm (longest prefix).");

  static final Key<Integer> STEP_TARGET =
      Key.of(
          "step-target-ms",
          Kind.whole(1, 60_000),
          (int) MarketSettings.DEFAULT.stepTarget().toMillis(),
          "Milliseconds a step may take: it computes fewer tokens when it would take longer.");

  static final Key<Integer> LANE_SHARE =
      Key.of(
          "lane-share",
          Kind.whole(2, MILLION),
          RULES.laneShare(),
          "One token slot of this many is free for contexts that waited too long.");

  static final Key<Integer> LANE_QUANTUM =
      Key.of(
          "lane-quantum",
          Kind.whole(1, MILLION),
          RULES.laneQuantum(),
          "Tokens such a context gets at once, at most.");

  static final Key<Integer> WAIT_STEPS =
      Key.of(
          "wait-steps",
          Kind.whole(1, MILLION),
          RULES.waitSteps(),
          "Steps after which a context has waited too long for token slots.");

  static final Key<Integer> LEVELS =
      Key.of(
          "levels-per-doubling",
          Kind.powerOfTwo(1, 1024),
          RULES.levelsPerDoubling(),
          "How finely bids are told apart: with 1 they count as the power of two below them,",
          "with 1024 hardly rounded. Equal bids are served first come, first served.");

  static final Key<Integer> PACING =
      Key.of(
          "pacing-steps",
          Kind.whole(0, 1 << 30),
          RULES.pacingSteps(),
          "Steps for which a balance is to last: bids of those who spend faster are lowered;",
          "0 to lower none.");

  static final Key<Integer> HISTORY =
      Key.of(
          "history-steps",
          Kind.whole(1, MILLION),
          RULES.historySteps(),
          "Steps of which prices are remembered.");

  static final Key<Integer> LEASE_WAIT =
      Key.of(
          "lease-wait-ticks",
          Kind.whole(1, Integer.MAX_VALUE),
          TERMS.waitMax(),
          "How long a context waits for memory before it gets some whatever it bids. A tick is a",
          "step, or a millisecond in which there was none.");

  static final Key<Integer> LEASE_MIN =
      Key.of(
          "lease-min-ticks",
          Kind.whole(0, Integer.MAX_VALUE),
          TERMS.leaseMin(),
          "How long a context that is at work keeps its pages, whoever bids more.");

  static final Key<Integer> LEASE_FORCED =
      Key.of(
          "lease-forced-ticks",
          Kind.whole(1, Integer.MAX_VALUE),
          TERMS.leaseForced(),
          "How long a context that waited too long keeps its pages then, at most; at least",
          "lease-wait-ticks.");

  static final Key<Integer> OUTBID =
      Key.of(
          "outbid",
          Kind.whole(2, Integer.MAX_VALUE),
          TERMS.outbid(),
          "How many times a context's bid for its pages others must offer to end its work.");

  static final Key<Integer> RENT_SHIFT =
      Key.of(
          "rent-shift",
          Kind.whole(0, 16),
          TERMS.rentShift(),
          "How slowly rent rises: by 1/2^shift of what is missing, each tick.");

  static final List<Key<?>> ALL =
      List.of(
          POLICY,
          STEP_TARGET,
          LANE_SHARE,
          LANE_QUANTUM,
          WAIT_STEPS,
          LEVELS,
          PACING,
          HISTORY,
          LEASE_WAIT,
          LEASE_MIN,
          LEASE_FORCED,
          OUTBID,
          RENT_SHIFT);

  private MarketKeys() {}
}
