package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.engine.EngineConfig;
import dev.bourse.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Agents of three values and eight tenants in an engine whose memory is half of what they want,
 * under each policy. Every agent must get the tokens that it gets alone.
 */
public final class MarketBench {
  private static final int AGENTS = 64;
  private static final int REPETITIONS = 9;
  private static final int STEP_TOKENS = 32;
  private static final int CHUNK_TOKENS = 16;

  /** Agents come within so many steps, a fifth of what their tokens fill: most meet each other. */
  private static final int ARRIVAL_TICKS = 200;

  private static final List<MarketRun.Policy> POLICIES =
      List.of(
          new MarketRun.Policy("market", "market", true),
          new MarketRun.Policy("market, automatic bids", "market", false),
          new MarketRun.Policy("fcfs", "fcfs", false),
          new MarketRun.Policy("vtc", "vtc", false),
          new MarketRun.Policy("dlpm", "dlpm", false));

  private MarketBench() {}

  private record Figure(String label, String format, ToDoubleFunction<MarketRun.Result> of) {}

  /** Arguments: a file for the figures of each run, or none. */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    List<Agent> agents = Agent.all(AGENTS);
    int tokens = agents.stream().mapToInt(Agent::tokens).sum();
    EngineConfig config = EngineConfig.defaults(tokens / 2).withStep(STEP_TOKENS, CHUNK_TOKENS);
    Map<String, List<MarketRun.Result>> results = new LinkedHashMap<>();
    int memory;
    try (Model model = Model.load(DemoModel.NAME, DemoModel::bytes)) {
      MarketRun run = new MarketRun(model, config, agents);
      run.alone(2);
      run.arriveWithin(ARRIVAL_TICKS, -1);
      memory = run.halveMemory();
      for (int repetition = -1; repetition < REPETITIONS; repetition++) {
        run.arriveWithin(ARRIVAL_TICKS, repetition);
        for (MarketRun.Policy policy : POLICIES) {
          MarketRun.Result result = run.together(policy);
          System.err.printf(
              "run %d, %s: %.0f%% of the value on time%n",
              repetition, policy.label(), 100 * result.onTime());
          if (repetition >= 0) { // The first warms up.
            results.computeIfAbsent(policy.label(), name -> new ArrayList<>()).add(result);
          }
        }
      }
    }
    Report report = new Report(System.out);
    report.title(
        "%d agents of 8 tenants, %,d tokens in all, memory for %,d: half of what they want at once"
            .formatted(AGENTS, tokens, memory));
    report.line(
        "Steps of %d tokens, chunks of %d; the agents come within %d steps. Slowdown: steps that a"
            + " turn took over those it takes alone, a millisecond without a step as one. Value on"
            + " time: of the turns with a slowdown of at most 2. Median of %d runs (lowest to"
            + " highest).%n",
        STEP_TOKENS, CHUNK_TOKENS, ARRIVAL_TICKS, REPETITIONS);
    print(report, results);
    if (args.length > 0) {
      write(Path.of(args[0]), results);
    }
  }

  private static List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (int i = 0; i < Agent.VALUES.length; i++) {
      int index = i;
      figures.add(
          new Figure(
              "slowdown, value " + Agent.VALUES[i],
              "%.2f",
              result -> Arrays.stream(result.slowdowns()[index]).average().orElseThrow()));
    }
    figures.add(new Figure("slowdown p99, all", "%.1f", MarketBench::slowdownP99));
    figures.add(new Figure("value on time", "%.1f%%", result -> 100 * result.onTime()));
    figures.add(new Figure("slowdown in seconds", "%.2f", MarketRun.Result::wallSlowdown));
    figures.add(new Figure("tokens/s", "%.0f", MarketRun.Result::tokensPerSecond));
    figures.add(new Figure("evictions", "%.0f", MarketRun.Result::evictions));
    figures.add(new Figure("read back", "%.0f", MarketRun.Result::restored));
    figures.add(new Figure("computed again", "%.0f", MarketRun.Result::recomputed));
    figures.add(new Figure("worst wait, steps", "%.0f", MarketRun.Result::worstWait));
    return figures;
  }

  private static double slowdownP99(MarketRun.Result result) {
    double[] all =
        Arrays.stream(result.slowdowns()).flatMapToDouble(Arrays::stream).sorted().toArray();
    return all[Math.ceilDiv(99 * all.length, 100) - 1];
  }

  private static void print(Report report, Map<String, List<MarketRun.Result>> results) {
    List<Figure> figures = figures();
    List<String> columns = new ArrayList<>(List.of("policy"));
    figures.forEach(figure -> columns.add(figure.label));
    report.header(columns.toArray(String[]::new));
    results.forEach(
        (policy, runs) ->
            report.row(
                "%s",
                policy
                    + " | "
                    + figures.stream()
                        .map(figure -> spread(figure, runs))
                        .collect(Collectors.joining(" | "))));
  }

  private static String spread(Figure figure, List<MarketRun.Result> runs) {
    double[] sorted = runs.stream().mapToDouble(figure.of).sorted().toArray();
    String format = figure.format + " (" + figure.format + "–" + figure.format + ")";
    return String.format(
        Locale.ROOT, format, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }

  private static void write(Path file, Map<String, List<MarketRun.Result>> results)
      throws IOException {
    List<String> lines = new ArrayList<>();
    List<Figure> figures = figures();
    lines.add(
        "policy,run,"
            + figures.stream()
                .map(figure -> '"' + figure.label + '"')
                .collect(Collectors.joining(",")));
    results.forEach(
        (policy, runs) -> {
          for (int run = 0; run < runs.size(); run++) {
            MarketRun.Result result = runs.get(run);
            lines.add(
                "\"%s\",%d,".formatted(policy, run)
                    + figures.stream()
                        .map(
                            figure ->
                                String.format(Locale.ROOT, "%.4f", figure.of.applyAsDouble(result)))
                        .collect(Collectors.joining(",")));
          }
        });
    Files.write(file, lines);
  }
}
