package dev.bourse.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The experiments of the report, on a few seconds of work: what holds there holds here. */
class ExperimentsTest {
  private static final Experiments SMALL = new Experiments(3, 1);

  @Test
  void theMarketIsNotSlowerThanFirstComeFirstServed() {
    Finding finding = SMALL.loads(Workloads.of(0.9, 0), List.of(0.5, 0.95));
    assertThat(finding.verdicts()).hasSize(4).allMatch(Finding.Verdict::isMet);
  }

  @Test
  void whereNobodyBidsTheMarketServesInTheOrderOfTurns() {
    Workload workload = Workloads.of(0.8, 0);
    Workload silent =
        workload.withTenants(
            workload.tenants().stream().map(group -> group.withBidding(Bidding.ZERO)).toList());
    Comparison runs = Comparison.of(silent, List.of("market", "fcfs"), 1, 3);
    assertThat(runs.ratio("market", "fcfs", run -> run.slowdown().mean()).mean())
        .isBetween(0.99, 1.01);
    assertThat(runs.estimate("market", Metric.REVENUE).mean()).isZero();
  }

  @Test
  void whoHasNothingIsServedWithinTheBound() {
    TenantGroup rich = Workloads.group("rich", 4).withBidding(Bidding.MAXIMUM);
    TenantGroup poor = Workloads.group("poor", 2).withBidding(Bidding.ZERO);
    Workload workload = Workloads.of(1.2, 0).withTenants(List.of(rich, poor));
    Comparison runs = Comparison.of(workload, List.of("market"), 1, 3);
    assertThat(runs.estimate("market", Metric.STARVED).mean()).isPositive();
    for (RunResult run : runs.runs("market")) {
      assertThat(run.totals().worstOfBound()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void moreValueIsDoneOnTimeWherePagesAreOverloadedAndNeverMoreThanTheBound() {
    TenantGroup group = Workloads.group("all", 8);
    Workload workload = Workloads.of(0.8, 1.3).withTenants(List.of(group)).withSeconds(40);
    Comparison runs = Comparison.of(workload, Policies.names(), 1, 3);
    for (String policy : runs.policies()) {
      for (RunResult run : runs.runs(policy)) {
        assertThat(run.valueOnTime())
            .as(policy)
            .isLessThanOrEqualTo(OfflineBound.valueOnTime(run.trace(), run.engine()));
      }
    }
    assertThat(runs.ratio("market", "fcfs", Metric.VALUE_ON_TIME::of).mean()).isGreaterThan(1);
  }

  @Test
  void tablesAreMarkdown() {
    Table table = new Table(List.of("a", "b"), List.of(List.of("x", "12.5 ± 1")));
    assertThat(table.with(List.of("longer", "1")).markdown())
        .isEqualTo(
            """
            | a      |        b |
            |--------|---------:|
            | x      | 12.5 ± 1 |
            | longer |        1 |
            """);
  }
}
