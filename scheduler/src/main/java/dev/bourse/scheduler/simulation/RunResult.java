package dev.bourse.scheduler.simulation;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a run was.
 *
 * @param engine with the pages it had
 * @param accounts of the tenants, as they are numbered
 */
public record RunResult(
    Trace trace, EngineModel engine, TurnLog log, Totals totals, List<Account> accounts) {

  /**
   * What a tenant has and paid, micro-credits.
   *
   * @param balance in the end
   * @param slots for token slots
   * @param rent for pages
   */
  public record Account(long balance, long slots, long rent) {
    public long paid() {
      return slots + rent;
    }
  }

  /**
   * Credits of the turns that ended, no later than twice the ideal time after they began, while
   * agents still arrived; for each second of that time.
   */
  public double valueOnTime() {
    long value = 0;
    for (int row = 0; row < log.size(); row++) {
      if (log.isOnTime(row) && log.endMicros(row) <= trace.horizonMicros()) {
        value += log.value(row);
      }
    }
    return value / seconds();
  }

  /** The part of all turns that took no longer than twice the ideal time. */
  public double onTime() {
    int onTime = 0;
    for (int row = 0; row < log.size(); row++) {
      onTime += log.isOnTime(row) ? 1 : 0;
    }
    return onTime / (double) Math.max(1, log.size());
  }

  /**
   * Tokens of the turns that ended while agents still arrived, a second: what was computed again,
   * or for turns that did not end, does not count.
   */
  public double goodput() {
    long tokens = 0;
    for (int row = 0; row < log.size(); row++) {
      if (log.endMicros(row) <= trace.horizonMicros()) {
        tokens += log.tokens(row);
      }
    }
    return tokens / seconds();
  }

  /** Credits that were paid, for slots and for pages. */
  public double revenue() {
    long paid = 0;
    for (Account account : accounts) {
      paid += account.paid();
    }
    return paid / (double) Workload.CREDIT;
  }

  /** Of all turns. */
  public Slowdown slowdown() {
    return slowdown(row -> true);
  }

  /** Of turns of one value. */
  public Slowdown slowdownOfValue(int value) {
    return slowdown(row -> log.value(row) == value);
  }

  /** Of turns of one tenant. */
  public Slowdown slowdownOfTenant(int tenant) {
    return slowdown(row -> log.tenant(row) == tenant);
  }

  /** Of turns of the tenants of a group. */
  public Slowdown slowdownOfGroup(String group) {
    return slowdown(row -> groupOf(row).equals(group));
  }

  /** Of the rows of the log that are asked for. */
  public Slowdown slowdown(IntPredicate rows) {
    return Slowdown.of(log, rows);
  }

  private String groupOf(int row) {
    return trace.tenants().get(log.tenant(row)).group();
  }

  /**
   * How equally the tenants of the largest group were served (Jain, Chiu and Hawe 1984): (Σx)² /
   * (n·Σx²) of x = 1 / mean slowdown; 1 if all were served the same.
   */
  public double jain() {
    String group = largestGroup();
    double sum = 0;
    double squares = 0;
    int tenants = 0;
    for (int tenant = 0; tenant < trace.tenants().size(); tenant++) {
      Slowdown slowdown = slowdownOfTenant(tenant);
      if (trace.tenants().get(tenant).group().equals(group) && slowdown.turns() > 0) {
        double service = 1 / slowdown.mean();
        sum += service;
        squares += service * service;
        tenants++;
      }
    }
    return tenants == 0 ? 1 : sum * sum / (tenants * squares);
  }

  private String largestGroup() {
    String largest = "";
    long most = 0;
    for (Trace.Tenant tenant : trace.tenants()) {
      long size =
          trace.tenants().stream().filter(other -> other.group().equals(tenant.group())).count();
      if (size > most) {
        most = size;
        largest = tenant.group();
      }
    }
    return largest;
  }

  /** Steps a context waited for a slot at most, having everything else. */
  public int worstWait() {
    int worst = 0;
    for (int row = 0; row < log.size(); row++) {
      worst = Math.max(worst, log.worstWait(row));
    }
    return worst;
  }

  /** The part of the time in which agents arrived, or were still at work, that steps took. */
  public double busy() {
    return totals.busyMicros() / (double) Math.max(1, totals.endMicros());
  }

  private double seconds() {
    return trace.horizonMicros() / 1e6;
  }
}
