package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Comparison;
import dev.bourse.scheduler.simulation.Metric;
import dev.bourse.scheduler.simulation.RunResult;
import dev.bourse.scheduler.simulation.Slowdown;
import dev.bourse.scheduler.simulation.Trace;
import java.util.Locale;

/** What runs came to, as CSV: every number of every seed, for those who reckon themselves. */
final class ResultFiles {
  private ResultFiles() {}

  /** A line for each policy and sample. */
  static String runs(Comparison comparison) {
    StringBuilder text = new StringBuilder("workload,policy,sample");
    for (Metric metric : Metric.values()) {
      text.append(',').append(metric.name().toLowerCase(Locale.ROOT));
    }
    text.append('\n');
    for (String policy : comparison.policies()) {
      int sample = 0;
      for (RunResult run : comparison.runs(policy)) {
        text.append(comparison.workload().name()).append(',').append(policy);
        text.append(',').append(++sample);
        for (Metric metric : Metric.values()) {
          text.append(',').append(metric.of(run));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** A line for each policy, sample and tenant. */
  static String tenants(Comparison comparison) {
    StringBuilder text =
        new StringBuilder(
            "workload,policy,sample,tenant,turns,slowdown_mean,slowdown_p50,slowdown_p99,"
                + "balance,paid_slots,paid_rent\n");
    for (String policy : comparison.policies()) {
      int sample = 0;
      for (RunResult run : comparison.runs(policy)) {
        sample++;
        for (int tenant = 0; tenant < run.trace().tenants().size(); tenant++) {
          Trace.Tenant payer = run.trace().tenants().get(tenant);
          Slowdown slowdown = run.slowdownOfTenant(tenant);
          RunResult.Account account = run.accounts().get(tenant);
          text.append(
              "%s,%s,%d,%s,%d,%s,%s,%s,%d,%d,%d\n"
                  .formatted(
                      comparison.workload().name(),
                      policy,
                      sample,
                      payer.name(),
                      slowdown.turns(),
                      slowdown.mean(),
                      slowdown.p50(),
                      slowdown.p99(),
                      account.balance(),
                      account.slots(),
                      account.rent()));
        }
      }
    }
    return text.toString();
  }
}
