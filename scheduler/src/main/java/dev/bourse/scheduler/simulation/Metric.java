package dev.bourse.scheduler.simulation;

/** What runs are compared by. One number for a run. */
public enum Metric {
  VALUE_ON_TIME("value on time", "credits/s"),
  ON_TIME("on time", "of turns"),
  GOODPUT("goodput", "tokens/s"),
  SLOWDOWN_MEAN("slowdown mean", ""),
  SLOWDOWN_P50("slowdown p50", ""),
  SLOWDOWN_P99("slowdown p99", ""),
  SLOWDOWN_MAX("slowdown max", ""),
  JAIN("Jain's index", ""),
  WORST_WAIT("worst wait", "steps"),
  STARVED("waited too long", "times"),
  EVICTIONS("evictions", ""),
  RECOMPUTED("computed again", "tokens"),
  CACHED("found", "tokens"),
  RESTORED("read back", "pages"),
  BUSY("busy", "of time"),
  REVENUE("revenue", "credits");

  private final String label;
  private final String unit;

  Metric(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  public String label() {
    return label;
  }

  /** Empty for a ratio. */
  public String unit() {
    return unit;
  }

  /** What it is for a run. */
  public double of(RunResult run) {
    return switch (this) {
      case VALUE_ON_TIME -> run.valueOnTime();
      case ON_TIME -> run.onTime();
      case GOODPUT -> run.goodput();
      case SLOWDOWN_MEAN -> run.slowdown().mean();
      case SLOWDOWN_P50 -> run.slowdown().p50();
      case SLOWDOWN_P99 -> run.slowdown().p99();
      case SLOWDOWN_MAX -> run.slowdown().max();
      case JAIN -> run.jain();
      case WORST_WAIT -> run.worstWait();
      case STARVED -> run.totals().starved();
      case EVICTIONS -> run.totals().evictions();
      case RECOMPUTED -> run.totals().recomputedTokens();
      case CACHED -> run.totals().cachedTokens();
      case RESTORED -> run.totals().restoredPages();
      case BUSY -> run.busy();
      case REVENUE -> run.revenue();
    };
  }
}
