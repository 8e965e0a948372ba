package dev.bourse.server.simulate;

import dev.bourse.scheduler.simulation.Chart;
import dev.bourse.scheduler.simulation.Experiments;
import dev.bourse.scheduler.simulation.Finding;
import dev.bourse.scheduler.simulation.Finding.Titled;
import dev.bourse.scheduler.simulation.Finding.Verdict;
import dev.bourse.scheduler.simulation.Table;
import dev.bourse.scheduler.simulation.Workload;
import dev.bourse.server.CommandException;
import dev.bourse.server.Streams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All experiments in one page, {@code market-report.md}, with charts in {@code market/}. What is
 * the same for every run of it, the introduction and what was learned, is a resource.
 */
final class MarketReport {
  static final List<Double> LOADS = List.of(0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95);
  static final List<Integer> PERCENTS = List.of(10, 30, 50, 70, 90);

  private final Streams streams;
  private final Experiments experiments;
  private final @Nullable Integer seconds;
  private final List<Finding> findings = new ArrayList<>();

  private MarketReport(Streams streams, Experiments experiments, @Nullable Integer seconds) {
    this.streams = streams;
    this.experiments = experiments;
    this.seconds = seconds;
  }

  static void write(
      Path folder, Streams streams, int seeds, long firstSeed, @Nullable Integer seconds) {
    MarketReport report = new MarketReport(streams, new Experiments(seeds, firstSeed), seconds);
    report.run();
    try {
      Path charts = Files.createDirectories(folder.resolve("market"));
      for (Finding finding : report.findings) {
        for (Chart chart : finding.charts()) {
          Charts.write(chart, charts, "png");
        }
      }
      Files.writeString(folder.resolve("market-report.md"), report.text());
    } catch (IOException e) {
      throw CommandException.badFile(
          "%s: cannot be written: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private void run() {
    found(experiments.pagesOverloaded(workload("pages-overloaded")));
    found(experiments.oneSendsHalf(workload("one-sends-half")));
    found(experiments.loads(workload("loads"), LOADS));
    found(experiments.nothingToSpend(workload("nothing-to-spend")));
    found(experiments.sharedPrefixes(workload("shared-prefixes"), PERCENTS));
    found(experiments.liar(workload("a-liar")));
    found(experiments.hostile(workload("hostile")));
  }

  private Workload workload(String name) {
    streams.error("bourse: " + name);
    Workload workload = WorkloadFiles.shipped(name);
    return seconds == null ? workload : workload.withSeconds(seconds);
  }

  private void found(Finding finding) {
    findings.add(finding);
    for (Verdict verdict : finding.verdicts()) {
      streams.println(
          "%s: %s: %s, %s"
              .formatted(finding.id(), verdict.target(), verdict.measured(), verdict.words()));
    }
  }

  private String text() {
    StringBuilder text = new StringBuilder(resource("introduction.md"));
    text.append("\n## In one table\n\n").append(summary().markdown());
    for (Finding finding : findings) {
      text.append("\n## ").append(finding.question()).append("\n\n");
      text.append("Workload: `")
          .append(finding.id())
          .append("`. ")
          .append(WorkloadFiles.shipped(finding.id()).description())
          .append('\n');
      for (Titled table : finding.tables()) {
        text.append("\n**").append(table.title()).append("**\n\n");
        text.append(table.table().markdown());
      }
      for (Chart chart : finding.charts()) {
        text.append("\n![%s](market/%s.png)\n".formatted(chart.title(), chart.id()));
      }
    }
    text.append('\n').append(resource("lessons.md"));
    return text.toString();
  }

  private Table summary() {
    List<List<String>> rows = new ArrayList<>();
    for (Finding finding : findings) {
      for (Verdict verdict : finding.verdicts()) {
        rows.add(List.of(finding.id(), verdict.target(), verdict.measured(), verdict.words()));
      }
    }
    return new Table(List.of("experiment", "target", "measured", ""), rows);
  }

  private static String resource(String name) {
    try (InputStream in = MarketReport.class.getResourceAsStream("/market-report/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
