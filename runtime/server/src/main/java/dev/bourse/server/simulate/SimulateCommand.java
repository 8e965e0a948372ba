package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Comparison;
import dev.bourse.scheduler.simulation.Metric;
import dev.bourse.scheduler.simulation.Policies;
import dev.bourse.scheduler.simulation.Workload;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bourse simulate}. */
@Command(
    name = "simulate",
    description = "Compare scheduling policies on simulated work; the same seed gives the same.",
    footer = {
      "",
      "Examples:",
      "  bourse simulate --workload loads --policy market,fcfs",
      "  bourse simulate --show loads > mine.toml",
      "  bourse simulate --workload mine.toml --seeds 10 --out results",
      "  bourse simulate --report docs"
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final int SEEDS_MAX = 1000;

  private final Streams streams;

  @Option(
      names = "--workload",
      paramLabel = "NAME|FILE",
      description = "One that ships (--list shows them), or a TOML file; loads unless given.")
  private String workload = "loads";

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Turns to replay, as CSV, instead of the workload's own; on its engine.")
  private @Nullable String trace;

  @Option(
      names = "--policy",
      split = ",",
      paramLabel = "NAME",
      description = "Which to compare, separated by commas: market, fcfs, oldest, vtc, dlpm, pie.")
  private List<String> policies = List.of("market", "fcfs", "vtc", "dlpm", "pie");

  @Option(names = "--seeds", paramLabel = "N", description = "How many samples; 5 unless given.")
  private int seeds = 5;

  @Option(names = "--first-seed", paramLabel = "N", description = "The first of them; 1.")
  private long firstSeed = 1;

  @Option(names = "--load", paramLabel = "X", description = "Offered load, instead of the file's.")
  private @Nullable Double load;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For how long agents arrive, instead of the file's.")
  private @Nullable Integer seconds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write runs.csv, turns and the charts there.")
  private @Nullable String out;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Run every experiment; write market-report.md and its charts there.")
  private @Nullable String report;

  @Option(names = "--list", description = "Show the workloads that ship.")
  private boolean list;

  @Option(
      names = "--show",
      paramLabel = "NAME",
      description = "Write the TOML of a workload that ships.")
  private @Nullable String show;

  public SimulateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    requireSeeds();
    if (list) {
      list();
    } else if (show != null) {
      streams.print(WorkloadFiles.shippedText(show));
      streams.flush();
    } else if (report != null) {
      MarketReport.write(folder(report), streams, seeds, firstSeed, seconds);
    } else {
      compare();
    }
    return ExitCode.OK;
  }

  private void requireSeeds() {
    if (seeds < 1 || seeds > SEEDS_MAX) {
      throw CommandException.usage(
          "--seeds is %d: it must be from 1 to %d".formatted(seeds, SEEDS_MAX));
    }
  }

  private void list() {
    int width = WorkloadFiles.NAMES.stream().mapToInt(String::length).max().orElse(0);
    for (String name : WorkloadFiles.NAMES) {
      String description = WorkloadFiles.shipped(name).description();
      streams.println(name + " ".repeat(width - name.length()) + "  " + description);
    }
  }

  private void compare() {
    Workload chosen = chosen();
    for (String policy : policies) {
      if (!Policies.names().contains(policy)) {
        throw CommandException.usage(
            "there is no policy \"%s\": use some of %s"
                .formatted(policy, String.join(", ", Policies.names())));
      }
    }
    Comparison comparison = run(chosen);
    streams.print("%s: %s%n%n".formatted(chosen.name(), chosen.description()));
    streams.print(
        comparison
            .table(
                Metric.VALUE_ON_TIME,
                Metric.GOODPUT,
                Metric.SLOWDOWN_MEAN,
                Metric.SLOWDOWN_P50,
                Metric.SLOWDOWN_P99,
                Metric.JAIN,
                Metric.WORST_WAIT)
            .markdown());
    streams.print("\n" + comparison.slowdownByValue().markdown() + "\n");
    streams.print(
        comparison
            .table(
                Metric.EVICTIONS,
                Metric.RESTORED,
                Metric.RECOMPUTED,
                Metric.CACHED,
                Metric.BUSY,
                Metric.REVENUE)
            .markdown());
    streams.flush();
    if (out != null) {
      write(comparison, folder(out));
    }
  }

  private Workload chosen() {
    Workload chosen = WorkloadFiles.open(workload);
    if (load != null) {
      chosen = chosen.withLoad(load);
    }
    if (seconds != null) {
      chosen = chosen.withSeconds(seconds);
    }
    List<String> problems = chosen.problems();
    if (!problems.isEmpty()) {
      throw CommandException.usage(String.join("; ", problems));
    }
    return chosen;
  }

  private Comparison run(Workload chosen) {
    try {
      return trace == null
          ? Comparison.of(chosen, policies, firstSeed, seeds)
          : Comparison.of(chosen, TraceFiles.read(trace), policies);
    } catch (IllegalArgumentException e) {
      throw CommandException.failed(String.valueOf(e.getMessage()));
    }
  }

  private void write(Comparison comparison, Path folder) {
    try {
      Files.writeString(folder.resolve("runs.csv"), ResultFiles.runs(comparison));
      Files.writeString(folder.resolve("tenants.csv"), ResultFiles.tenants(comparison));
      Files.writeString(
          folder.resolve("trace.csv"),
          TraceFiles.write(comparison.runs(policies.getFirst()).getFirst().trace()));
      Charts.write(comparison.slowdownCurves("slowdown"), folder, "png", "svg");
    } catch (IOException e) {
      throw CommandException.badFile("%s: cannot be written: %s".formatted(out, e.getMessage()), e);
    }
    streams.error("bourse: wrote runs.csv, tenants.csv, trace.csv, slowdown.png, slowdown.svg");
  }

  private static Path folder(String name) {
    try {
      return Files.createDirectories(ModelFiles.path(name));
    } catch (IOException e) {
      throw CommandException.badFile("%s: is no folder: %s".formatted(name, e.getMessage()), e);
    }
  }
}
