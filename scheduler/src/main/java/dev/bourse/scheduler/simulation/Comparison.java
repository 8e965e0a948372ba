package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.simulation.Chart.Point;
import dev.bourse.scheduler.simulation.Chart.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Policies on the same samples of a workload.
 *
 * @param runs of each policy, one for every seed, in the order of seeds
 */
public record Comparison(Workload workload, Map<String, List<RunResult>> runs) {
  private static final int CURVE_POINTS = 100;

  /**
   * Runs every policy on every seed.
   *
   * @param firstSeed the others follow it
   */
  public static Comparison of(Workload workload, List<String> policies, long firstSeed, int seeds) {
    Map<String, List<RunResult>> runs = new LinkedHashMap<>();
    for (String policy : policies) {
      runs.put(policy, Simulation.run(workload, policy, firstSeed, seeds));
    }
    return new Comparison(workload, runs);
  }

  /** Runs every policy on given work, on the machine of a workload. */
  public static Comparison of(Workload workload, Trace trace, List<String> policies) {
    Map<String, List<RunResult>> runs = new LinkedHashMap<>();
    for (String policy : policies) {
      runs.put(policy, List.of(Simulation.run(trace, workload.engineFor(trace), policy)));
    }
    return new Comparison(workload, runs);
  }

  public List<String> policies() {
    return List.copyOf(runs.keySet());
  }

  /** A policy's runs. */
  public List<RunResult> runs(String policy) {
    List<RunResult> found = runs.get(policy);
    if (found == null) {
      throw new IllegalArgumentException("there was no run of " + policy);
    }
    return found;
  }

  public Estimate estimate(String policy, Metric metric) {
    return estimate(policy, metric::of);
  }

  public Estimate estimate(String policy, ToDoubleFunction<RunResult> measure) {
    return Estimate.of(runs(policy).stream().mapToDouble(measure).toArray());
  }

  /** One policy over another, seed by seed: the same work is behind both. */
  public Estimate ratio(String policy, String other, ToDoubleFunction<RunResult> measure) {
    List<RunResult> over = runs(policy);
    List<RunResult> under = runs(other);
    double[] ratios = new double[over.size()];
    for (int seed = 0; seed < ratios.length; seed++) {
      ratios[seed] = measure.applyAsDouble(over.get(seed)) / measure.applyAsDouble(under.get(seed));
    }
    return Estimate.of(ratios);
  }

  /** One row for each policy. */
  public Table table(Metric... metrics) {
    List<String> columns = new ArrayList<>(List.of("policy"));
    for (Metric metric : metrics) {
      columns.add(metric.label() + (metric.unit().isEmpty() ? "" : ", " + metric.unit()));
    }
    List<List<String>> rows = new ArrayList<>();
    for (String policy : policies()) {
      List<String> row = new ArrayList<>(List.of(policy));
      for (Metric metric : metrics) {
        row.add(estimate(policy, metric).toString());
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Mean and 99th percentile of the slowdown for each value that turns have. */
  public Table slowdownByValue() {
    List<Integer> values =
        runs.values().stream()
            .flatMap(List::stream)
            .flatMap(run -> run.trace().agents().stream())
            .map(Trace.Agent::value)
            .distinct()
            .sorted()
            .toList();
    List<String> columns = new ArrayList<>(List.of("policy"));
    for (int value : values) {
      columns.add("value " + value + ": mean");
      columns.add("p99");
    }
    List<List<String>> rows = new ArrayList<>();
    for (String policy : policies()) {
      List<String> row = new ArrayList<>(List.of(policy));
      for (int value : values) {
        row.add(estimate(policy, run -> run.slowdownOfValue(value).mean()).toString());
        row.add(estimate(policy, run -> run.slowdownOfValue(value).p99()).toString());
      }
      rows.add(row);
    }
    return new Table(columns, rows);
  }

  /** Which part of the turns, of all seeds, took longer than so many times the ideal. */
  public Chart slowdownCurves(String id) {
    List<Series> series = new ArrayList<>();
    for (String policy : policies()) {
      double[] sorted =
          runs(policy).stream()
              .flatMapToDouble(run -> Arrays.stream(Slowdown.sorted(run.log(), row -> true)))
              .sorted()
              .toArray();
      List<Point> points = new ArrayList<>();
      for (int at = 0; at <= CURVE_POINTS && sorted.length > 0; at++) {
        int rank = (int) ((long) (sorted.length - 1) * at / CURVE_POINTS);
        points.add(new Point(100.0 * at / CURVE_POINTS, sorted[rank], 0));
      }
      series.add(new Series(policy, points));
    }
    return new Chart(
        id,
        workload.name() + ": slowdown of turns",
        "percent of turns that took no longer",
        "times the ideal",
        true,
        series);
  }
}
