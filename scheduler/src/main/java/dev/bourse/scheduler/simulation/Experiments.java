package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.Chart.Point;
import dev.bourse.scheduler.simulation.Chart.Series;
import dev.bourse.scheduler.simulation.Finding.Titled;
import dev.bourse.scheduler.simulation.Finding.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The experiments by which the market is judged, each on samples of one workload.
 *
 * @param seeds samples of each
 * @param firstSeed of them; what was tuned must have been tuned on others
 */
public record Experiments(int seeds, long firstSeed) {
  private static final List<String> ALL = List.of("market", "fcfs", "vtc", "dlpm", "pie");
  private static final List<String> BASELINES = List.of("fcfs", "vtc", "dlpm", "pie");
  private static final String MARKET = "market";
  private static final double JAIN_MIN = 0.99;
  private static final double VALUE_GAIN = 1.3;
  private static final double SLOWDOWN_MAX = 1.1;

  /** More pages are wanted than there are. */
  public Finding pagesOverloaded(Workload workload) {
    Comparison runs = Comparison.of(workload, ALL, firstSeed, seeds);
    String best = best(runs, Metric.VALUE_ON_TIME);
    Estimate gain = runs.ratio(MARKET, best, Metric.VALUE_ON_TIME::of);
    Estimate goodput = runs.ratio(MARKET, "fcfs", Metric.GOODPUT::of);
    Estimate bound =
        runs.estimate(MARKET, run -> OfflineBound.valueOnTime(run.trace(), run.engine()));
    Table values =
        runs.table(Metric.VALUE_ON_TIME, Metric.ON_TIME, Metric.GOODPUT)
            .with(List.of("bound", bound.toString(), "", ""));
    return new Finding(
        "pages-overloaded",
        "Pages are overloaded 1.3 times: whose agents get on?",
        List.of(
            Verdict.atLeast(
                "value done within 2× ideal ≥ 1.3× the best baseline (%s)".formatted(best),
                gain,
                VALUE_GAIN),
            Verdict.atLeast("goodput ≥ FCFS", goodput, 1)),
        List.of(
            new Titled("Value and goodput", values),
            new Titled("Slowdown by what a turn is worth", runs.slowdownByValue()),
            new Titled(
                "Memory",
                runs.table(
                    Metric.EVICTIONS,
                    Metric.RESTORED,
                    Metric.RECOMPUTED,
                    Metric.SLOWDOWN_MEAN,
                    Metric.SLOWDOWN_P99,
                    Metric.SLOWDOWN_MAX,
                    Metric.JAIN,
                    Metric.WORST_WAIT))),
        List.of(runs.slowdownCurves("pages-overloaded")));
  }

  /** One tenant sends half of what arrives. */
  public Finding oneSendsHalf(Workload workload) {
    Comparison runs = Comparison.of(workload, ALL, firstSeed, seeds);
    ToDoubleFunction<RunResult> p99 = run -> run.slowdownOfGroup("equals").p99();
    return new Finding(
        "one-sends-half",
        "One tenant sends half the load: do the others feel it?",
        List.of(
            Verdict.atMost("others' p99 slowdown ≤ VTC's", runs.ratio(MARKET, "vtc", p99), 1),
            Verdict.atLeast(
                "Jain's index among equals ≥ 0.99", runs.estimate(MARKET, Metric.JAIN), JAIN_MIN)),
        List.of(
            new Titled("Slowdown of the 31, and of the one", byGroup(runs)),
            new Titled(
                "All", runs.table(Metric.JAIN, Metric.GOODPUT, Metric.WORST_WAIT, Metric.REVENUE))),
        List.of());
  }

  /** The same work at growing load. */
  public Finding loads(Workload workload, List<Double> loads) {
    Map<String, List<Point>> means = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    Workload silent = bidding(workload, Bidding.ZERO);
    Workload defaults = bidding(workload, Bidding.DEFAULT);
    for (double load : loads) {
      Comparison runs = Comparison.of(workload.withLoad(load), ALL, firstSeed, seeds);
      Comparison none =
          Comparison.of(silent.withLoad(load), List.of(MARKET, "fcfs"), firstSeed, seeds);
      Comparison automatic =
          Comparison.of(defaults.withLoad(load), List.of(MARKET, "fcfs"), firstSeed, seeds);
      Estimate automaticRatio = automatic.ratio(MARKET, "fcfs", run -> run.slowdown().mean());
      ToDoubleFunction<RunResult> mean = run -> run.slowdown().mean();
      Estimate ratio = runs.ratio(MARKET, "fcfs", mean);
      List<String> row = new ArrayList<>(List.of("%.2f".formatted(load)));
      for (String policy : ALL) {
        Estimate estimate = runs.estimate(policy, mean);
        row.add(estimate.toString());
        means
            .computeIfAbsent(policy, name -> new ArrayList<>())
            .add(new Point(load, estimate.mean(), estimate.half()));
      }
      row.add(ratio.toString());
      row.add(automaticRatio.toString());
      row.add(automatic.ratio(MARKET, "fcfs", run -> run.slowdown().p99()).toString());
      row.add(none.ratio(MARKET, "fcfs", mean).toString());
      row.add(runs.ratio(MARKET, "fcfs", run -> run.slowdown().p99()).toString());
      row.add(runs.ratio(MARKET, "fcfs", run -> run.slowdown().max()).toString());
      rows.add(row);
      verdicts.add(
          Verdict.atMost(
              "load %.2f: mean slowdown ≤ 1.10× FCFS".formatted(load), ratio, SLOWDOWN_MAX));
      verdicts.add(
          Verdict.atMost(
              "load %.2f: the same with default bids".formatted(load),
              automaticRatio,
              SLOWDOWN_MAX));
    }
    List<String> columns = new ArrayList<>(List.of("load"));
    columns.addAll(ALL);
    columns.addAll(
        List.of(
            "market / fcfs",
            "default bids",
            "default bids: p99",
            "nobody bids",
            "p99: market / fcfs",
            "max: market / fcfs"));
    List<Series> series =
        means.entrySet().stream().map(line -> new Series(line.getKey(), line.getValue())).toList();
    return new Finding(
        "loads",
        "Loads from 0.5 to 0.95: what does trading cost those who only want to be served?",
        verdicts,
        List.of(new Titled("Mean slowdown", new Table(columns, rows))),
        List.of(
            new Chart("loads", "Mean slowdown", "offered load", "times the ideal", false, series)));
  }

  /** Some have no credits, others bid all they have. */
  public Finding nothingToSpend(Workload workload) {
    Comparison runs = Comparison.of(workload, ALL, firstSeed, seeds);
    Estimate worst = runs.estimate(MARKET, run -> run.totals().worstOfBound());
    return new Finding(
        "nothing-to-spend",
        "No credits, and adversaries that bid all they have: is everybody served?",
        List.of(
            Verdict.atMost("longest wait for a slot, as a part of the stated bound ≤ 1", worst, 1)),
        List.of(
            new Titled("Slowdown by tenants", byGroup(runs)),
            new Titled(
                "Waits",
                runs.table(Metric.WORST_WAIT, Metric.STARVED, Metric.GOODPUT, Metric.REVENUE))),
        List.of());
  }

  /** More and more of the first prompt is shared. */
  public Finding sharedPrefixes(Workload workload, List<Integer> percents) {
    List<List<String>> rows = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    Map<String, List<Point>> lines = new LinkedHashMap<>();
    for (int percent : percents) {
      Workload shared =
          workload.withTenants(
              workload.tenants().stream().map(group -> group.withSharing(percent)).toList());
      Comparison runs = Comparison.of(shared, ALL, firstSeed, seeds);
      List<String> row = new ArrayList<>(List.of(percent + "%"));
      for (String policy : ALL) {
        Estimate goodput = runs.estimate(policy, Metric.GOODPUT);
        row.add(goodput.toString());
        lines
            .computeIfAbsent(policy, name -> new ArrayList<>())
            .add(new Point(percent, runs.estimate(policy, Metric.SLOWDOWN_MEAN).mean(), 0));
      }
      Estimate ratio = runs.ratio(MARKET, "dlpm", Metric.GOODPUT::of);
      row.add(ratio.toString());
      row.add(runs.ratio(MARKET, "dlpm", Metric.VALUE_ON_TIME::of).toString());
      rows.add(row);
      verdicts.add(
          Verdict.atLeast("%d%% shared: goodput ≥ DLPM-like".formatted(percent), ratio, 1));
    }
    List<String> columns = new ArrayList<>(List.of("shared"));
    columns.addAll(ALL);
    columns.addAll(List.of("market / dlpm", "value on time: market / dlpm"));
    return new Finding(
        "shared-prefixes",
        "Contexts begin alike: is what is shared made use of?",
        verdicts,
        List.of(new Titled("Goodput, tokens/s", new Table(columns, rows))),
        List.of(
            new Chart(
                "shared-prefixes",
                "Mean slowdown as prompts become more alike",
                "percent of the first prompt that is shared",
                "times the ideal",
                false,
                lines.entrySet().stream()
                    .map(line -> new Series(line.getKey(), line.getValue()))
                    .toList())));
  }

  /** One tenant bids the maximum, and is compared with itself being honest. */
  public Finding liar(Workload lying) {
    Workload honest = bidding(lying, Bidding.TRUTHFUL);
    List<RunResult> lies = Simulation.run(lying, MARKET, firstSeed, seeds);
    List<RunResult> truths = Simulation.run(honest, MARKET, firstSeed, seeds);
    double[] slower = new double[seeds];
    double[] dearer = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      slower[seed] = liarSlowdown(lies.get(seed)) / liarSlowdown(truths.get(seed));
      dearer[seed] = liarPaid(lies.get(seed)) / liarPaid(truths.get(seed));
    }
    double[] worse = new double[seeds];
    double[] gained = new double[seeds];
    for (int seed = 0; seed < seeds; seed++) {
      worse[seed] = Math.max(slower[seed], dearer[seed]);
      gained[seed] = liarWelfare(lies.get(seed)) - liarWelfare(truths.get(seed));
    }
    List<List<String>> rows =
        List.of(
            List.of(
                "honest",
                estimate(truths, Experiments::liarSlowdown),
                estimate(truths, Experiments::liarPaid),
                estimate(truths, Experiments::liarWelfare)),
            List.of(
                "lying",
                estimate(lies, Experiments::liarSlowdown),
                estimate(lies, Experiments::liarPaid),
                estimate(lies, Experiments::liarWelfare)));
    return new Finding(
        "a-liar",
        "One tenant always bids the maximum: does it pay?",
        List.of(
            Verdict.atLeast(
                "the liar's slowdown or spend, the worse of them, lying / honest ≥ 1",
                Estimate.of(worse),
                1),
            Verdict.atMost(
                "its value on time less what it paid, lying less honest ≤ 0 credits",
                Estimate.of(gained),
                0)),
        List.of(
            new Titled(
                "The same tenant on the same work",
                new Table(
                    List.of(
                        "it is",
                        "mean slowdown",
                        "paid, credits",
                        "value on time less what it paid, credits"),
                    rows))),
        List.of());
  }

  /** Squatters and floods. */
  public Finding hostile(Workload workload) {
    Comparison runs = Comparison.of(workload, ALL, firstSeed, seeds);
    ToDoubleFunction<RunResult> others = run -> run.slowdownOfGroup("others").mean();
    String best = bestBy(runs, others);
    return new Finding(
        "hostile",
        "Squatters that bid nothing, and floods that bid everything: are the others safe?",
        List.of(
            Verdict.atMost(
                "others' mean slowdown ≤ the best baseline's (%s)".formatted(best),
                runs.ratio(MARKET, best, others),
                1)),
        List.of(
            new Titled("Slowdown by tenants", byGroup(runs)),
            new Titled(
                "All",
                runs.table(
                    Metric.VALUE_ON_TIME, Metric.GOODPUT, Metric.EVICTIONS, Metric.WORST_WAIT))),
        List.of());
  }

  private static Workload bidding(Workload workload, Bidding bidding) {
    return workload.withTenants(
        workload.tenants().stream().map(group -> group.withBidding(bidding)).toList());
  }

  private static String estimate(List<RunResult> runs, ToDoubleFunction<RunResult> measure) {
    return Estimate.of(runs.stream().mapToDouble(measure).toArray()).toString();
  }

  private static double liarSlowdown(RunResult run) {
    return run.slowdownOfGroup("liar").mean();
  }

  private static double liarPaid(RunResult run) {
    double paid = 0;
    for (int tenant = 0; tenant < run.trace().tenants().size(); tenant++) {
      if (run.trace().tenants().get(tenant).group().equals("liar")) {
        paid += run.accounts().get(tenant).paid() / (double) Workload.CREDIT;
      }
    }
    return paid;
  }

  private static double liarWelfare(RunResult run) {
    double value = 0;
    for (int row = 0; row < run.log().size(); row++) {
      Trace.Tenant tenant = run.trace().tenants().get(run.log().tenant(row));
      if (tenant.group().equals("liar") && run.log().isOnTime(row)) {
        value += run.log().value(row);
      }
    }
    return value - liarPaid(run);
  }

  private static String best(Comparison runs, Metric metric) {
    return bestBy(runs, run -> -metric.of(run));
  }

  /** The baseline of which a measure is least. */
  private static String bestBy(Comparison runs, ToDoubleFunction<RunResult> measure) {
    String best = BASELINES.getFirst();
    for (String policy : BASELINES) {
      if (runs.estimate(policy, measure).mean() < runs.estimate(best, measure).mean()) {
        best = policy;
      }
    }
    return best;
  }

  private static Table byGroup(Comparison runs) {
    List<String> columns = new ArrayList<>(List.of("policy"));
    for (TenantGroup group : runs.workload().tenants()) {
      columns.add(group.name() + ": mean");
      columns.add("p99");
    }
    List<List<String>> rows = new ArrayList<>();
    for (String policy : runs.policies()) {
      List<String> row = new ArrayList<>(List.of(policy));
      for (TenantGroup group : runs.workload().tenants()) {
        row.add(runs.estimate(policy, run -> run.slowdownOfGroup(group.name()).mean()).toString());
        row.add(runs.estimate(policy, run -> run.slowdownOfGroup(group.name()).p99()).toString());
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }
}
