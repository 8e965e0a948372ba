package dev.bourse.server.dashboard;

import dev.bourse.engine.EngineProcess.Usage;
import dev.bourse.host.process.Outcome;
import dev.bourse.server.node.NodeProcess;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A process as the page knows it.
 *
 * @param launchedAt milliseconds since 1970
 * @param endedAt so, too; absent while it runs
 * @param outcome {@code finished}, or what kind of failure it was; absent while it runs
 * @param message the result, or what went wrong, cut at {@value #MESSAGE_MAX} characters
 * @param usage by model
 */
record ProcessView(
    String id,
    String program,
    String tenant,
    String state,
    long launchedAt,
    @Nullable Long endedAt,
    @Nullable String outcome,
    @Nullable String message,
    long cpuMs,
    long firstOffset,
    long nextOffset,
    Map<String, Receipt> usage) {
  static final int MESSAGE_MAX = 4_000;

  /**
   * What it used of a model.
   *
   * @param firstTokenMs from its first context to its first token; absent if there is none
   */
  record Receipt(
      long prefill,
      long decode,
      long fromCache,
      long restored,
      long recomputed,
      long sampled,
      int pages,
      int pagesPeak,
      double credits,
      @Nullable Double firstTokenMs) {
    static Receipt of(Usage usage) {
      return new Receipt(
          usage.promptTokens(),
          usage.decodedTokens(),
          usage.reusedTokens(),
          usage.restoredTokens(),
          usage.recomputedTokens(),
          usage.sampledTokens(),
          usage.pages(),
          usage.pagesPeak(),
          usage.paid(),
          usage.firstTokenNanos() == 0 ? null : usage.firstTokenNanos() / 1e6);
    }
  }

  static ProcessView of(NodeProcess process) {
    Map<String, Receipt> usage = new TreeMap<>();
    process.usage().forEach((model, used) -> usage.put(model, Receipt.of(used)));
    Outcome outcome = process.end().map(NodeProcess.Ended::outcome).orElse(null);
    return new ProcessView(
        process.id(),
        process.program(),
        process.tenant(),
        (outcome == null ? process.state().name() : "ended").toLowerCase(Locale.ROOT),
        process.launchedAt().toEpochMilli(),
        process.end().map(NodeProcess.Ended::at).map(Instant::toEpochMilli).orElse(null),
        switch (outcome) {
          case null -> null;
          case Outcome.Finished _ -> "finished";
          case Outcome.Failed failed -> failed.kind().name().toLowerCase(Locale.ROOT);
        },
        switch (outcome) {
          case null -> null;
          case Outcome.Finished finished -> cut(finished.result());
          case Outcome.Failed failed -> cut(failed.message());
        },
        process.cpuMillis(),
        process.log().firstOffset(),
        process.log().nextOffset(),
        usage);
  }

  private static String cut(String text) {
    return text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX) + "…";
  }
}
