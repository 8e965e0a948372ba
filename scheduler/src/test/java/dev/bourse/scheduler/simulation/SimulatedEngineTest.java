package dev.bourse.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Prefix;
import dev.bourse.scheduler.simulation.Trace.Tenant;
import dev.bourse.scheduler.simulation.Trace.Turn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedEngineTest {
  static final List<String> policies = Policies.names();

  private static final Tenant TENANT = new Tenant("one", "all", 1, 100_000_000);
  private static final Prefix NOTHING = new Prefix(0, 0);

  @ParameterizedTest
  @FieldSource("policies")
  void withoutContentionEverythingTakesAsLongAsAlone(String policy) {
    List<Agent> agents =
        List.of(
            agent(0, 0, new Turn(1_000, 50, 5_000_000), new Turn(300, 20, 0)),
            agent(60_000_000, 0, new Turn(1, 1, 0)),
            agent(120_000_000, 0, new Turn(129, 0, 1_000_000), new Turn(1, 300, 0)));
    RunResult run = run(agents, List.of(NOTHING), EngineModel.DEFAULT.withPages(1_000), policy);
    assertThat(run.log().size()).isEqualTo(5);
    assertThat(run.slowdown().max()).isEqualTo(1);
    assertThat(run.worstWait()).isZero();
    assertThat(run.revenue()).isZero();
    assertThat(run.totals().computedTokens()).isEqualTo(1_000 + 50 + 300 + 20 + 2 + 129 + 301);
  }

  @ParameterizedTest
  @FieldSource("policies")
  void lawsHoldInEveryStepAndEveryTokenIsComputedOnce(String policy) {
    for (double memoryLoad : new double[] {0, 1.5}) {
      Workload workload = Workloads.of(0.9, memoryLoad);
      Trace trace = workload.trace(7);
      EngineModel engine = workload.engineFor(trace);
      RunResult run =
          new SimulatedEngine(trace, engine, Policies.create(policy, trace), true).run();
      long wanted = 0;
      int turns = 0;
      for (Agent agent : trace.agents()) {
        wanted += trace.prefixTokens(agent.prefix());
        for (Turn turn : agent.turns()) {
          wanted += turn.prompt() + turn.output();
          turns++;
        }
      }
      Totals totals = run.totals();
      assertThat(run.log().size()).isEqualTo(turns);
      assertThat(totals.computedTokens() + totals.cachedTokens())
          .isGreaterThanOrEqualTo(wanted + totals.recomputedTokens());
      assertThat(totals.computedTokens() - totals.recomputedTokens()).isLessThanOrEqualTo(wanted);
      assertThat(totals.busyMicros() + totals.idleMicros()).isEqualTo(totals.endMicros());
      assertThat(totals.restoredPages()).isEqualTo(totals.spilledPages());
      if (memoryLoad == 0) {
        assertThat(totals.evictions()).isZero();
        assertThat(totals.recomputedTokens()).isZero();
        assertThat(totals.computedTokens() + totals.cachedTokens()).isEqualTo(wanted);
      } else {
        assertThat(totals.evictions()).isPositive();
        assertThat(totals.meanPages()).isLessThanOrEqualTo(engine.pages());
      }
    }
  }

  @ParameterizedTest
  @FieldSource("policies")
  void theSameSeedGivesTheSameRun(String policy) {
    Workload workload = Workloads.of(0.95, 1.3);
    RunResult one = Simulation.run(workload, policy, 3);
    RunResult two = Simulation.run(workload, policy, 3);
    assertThat(rows(two)).isEqualTo(rows(one));
    assertThat(two.totals()).isEqualTo(one.totals());
    assertThat(two.accounts()).isEqualTo(one.accounts());
    assertThat(rows(Simulation.run(workload, policy, 4))).isNotEqualTo(rows(one));
  }

  @Test
  void aPrefixIsComputedByOneAndFoundByTheOthers() {
    List<Prefix> prefixes = List.of(NOTHING, new Prefix(0, 320), new Prefix(1, 160));
    List<Agent> agents =
        List.of(
            agent(0, 2, new Turn(16, 4, 0)),
            agent(0, 2, new Turn(16, 4, 0)),
            agent(0, 1, new Turn(16, 4, 0)));
    RunResult run = run(agents, prefixes, EngineModel.DEFAULT.withPages(1_000), "fcfs");
    assertThat(run.totals().computedTokens()).isEqualTo(320 + 160 + 3 * 20);
    assertThat(run.totals().cachedTokens()).isEqualTo(2 * 320 + 160);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsEvictedComesBackByTheCheaperWay(boolean slowSpill) {
    EngineModel machine = EngineModel.DEFAULT;
    EngineModel engine =
        new EngineModel(
            16,
            70,
            1_000,
            slowSpill ? 10_000 : 10,
            machine.slots(),
            machine.chunk(),
            machine.baseMicros(),
            machine.tokenMicros(),
            machine.kvMicros(),
            1);
    List<Agent> agents =
        List.of(
            agent(0, 0, new Turn(960, 1, 3_000_000), new Turn(16, 1, 0)),
            agent(1_000_000, 0, new Turn(960, 1, 0)));
    RunResult run = run(agents, List.of(NOTHING), engine, "fcfs");
    assertThat(run.totals().evictions()).isEqualTo(1);
    assertThat(run.totals().recomputedTokens()).isEqualTo(slowSpill ? 961 : 0);
    assertThat(run.totals().restoredPages()).isEqualTo(slowSpill ? 0 : 61);
    assertThat(run.totals().computedTokens()).isEqualTo(961 + 17 + 961 + (slowSpill ? 961 : 0));
  }

  @Test
  void aContextLargerThanThePoolIsRefusedWithNumbers() {
    Workload workload = Workloads.of(0.5, 0);
    Workload small =
        new Workload("small", "", 20, 0.5, 0, EngineModel.DEFAULT.withPages(5), workload.tenants());
    assertThatThrownBy(() -> Simulation.run(small, "fcfs", 1))
        .hasMessageContaining("small")
        .hasMessageContaining("the pool has 5 pages");
  }

  @Test
  void anUnknownPolicyIsRefusedWithThoseThereAre() {
    assertThatThrownBy(() -> Simulation.run(Workloads.of(0.5, 0), "lifo", 1))
        .hasMessageContaining("lifo")
        .hasMessageContaining("fcfs");
  }

  @Test
  void offeredLoadIsWhatItSays() {
    for (double load : new double[] {0.5, 0.9}) {
      Workload workload = Workloads.of(load, 0).withSeconds(100);
      Trace trace = workload.trace(1);
      double work = 0;
      for (Agent agent : trace.agents()) {
        int tokens = trace.prefixTokens(agent.prefix());
        for (Turn turn : agent.turns()) {
          work += workload.engine().workMicros(tokens, turn.prompt(), turn.output());
          tokens += turn.prompt() + turn.output();
        }
      }
      assertThat(work / trace.horizonMicros()).isCloseTo(load, within(0.01));
    }
  }

  private static Agent agent(long arrival, int prefix, Turn... turns) {
    return new Agent(arrival, 0, prefix, 4, 0.5, Bidding.TRUTHFUL, 20, List.of(turns));
  }

  private static RunResult run(
      List<Agent> agents, List<Prefix> prefixes, EngineModel engine, String policy) {
    Trace trace = new Trace(List.of(TENANT), prefixes, agents, 200_000_000);
    return new SimulatedEngine(trace, engine, Policies.create(policy, trace), true).run();
  }

  private static String rows(RunResult run) {
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < run.log().size(); row++) {
      rows.append(run.log().tenant(row))
          .append(' ')
          .append(run.log().beginMicros(row))
          .append(' ')
          .append(run.log().endMicros(row))
          .append('\n');
    }
    return rows.toString();
  }
}
