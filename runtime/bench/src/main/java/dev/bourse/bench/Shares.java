package dev.bourse.bench;

import dev.bourse.engine.StepStatistics;

/** Where the time of a step went. */
final class Shares {
  private Shares() {}

  static StepStatistics difference(StepStatistics after, StepStatistics before) {
    return new StepStatistics(
        after.steps() - before.steps(),
        after.tokens() - before.tokens(),
        after.planNanos() - before.planNanos(),
        after.forwardNanos() - before.forwardNanos(),
        after.sampleNanos() - before.sampleNanos(),
        after.settleNanos() - before.settleNanos(),
        after.waitNanos() - before.waitNanos());
  }

  static StepStatistics sum(StepStatistics a, StepStatistics b) {
    return new StepStatistics(
        a.steps() + b.steps(),
        a.tokens() + b.tokens(),
        a.planNanos() + b.planNanos(),
        a.forwardNanos() + b.forwardNanos(),
        a.sampleNanos() + b.sampleNanos(),
        a.settleNanos() + b.settleNanos(),
        a.waitNanos() + b.waitNanos());
  }

  /** One row: microseconds a step in each part, and their share of the whole. */
  static void row(Report report, String what, StepStatistics spent) {
    double steps = spent.steps() * 1e3;
    double total =
        spent.planNanos()
            + spent.forwardNanos()
            + spent.sampleNanos()
            + spent.settleNanos()
            + spent.waitNanos();
    report.row(
        "%s | %d | %.0f | %.0f (%.1f%%) | %.1f | %.1f | %.1f | %.1f",
        what,
        spent.steps(),
        total / steps,
        spent.forwardNanos() / steps,
        100 * spent.forwardNanos() / total,
        spent.planNanos() / steps,
        spent.sampleNanos() / steps,
        spent.settleNanos() / steps,
        spent.waitNanos() / steps);
  }
}
