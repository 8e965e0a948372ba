package dev.bourse.server.metrics;

import dev.bourse.host.HostStatistics;
import dev.bourse.host.process.Limit;
import dev.bourse.host.program.LoadStatistics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** What runs, how it ended, and what loading programs took. */
final class HostMetrics implements MultiCollector {
  private final Supplier<HostStatistics> source;

  HostMetrics(Supplier<HostStatistics> source) {
    this.source = source;
  }

  @Override
  public MetricSnapshots collect() {
    HostStatistics host = source.get();
    Map<Labels, Double> ended = new LinkedHashMap<>();
    ended.put(Labels.of("reason", "finished"), (double) host.finished());
    host.failed()
        .forEach(
            (kind, count) ->
                ended.put(
                    Labels.of("reason", kind.name().toLowerCase(Locale.ROOT)), (double) count));
    Map<Labels, Double> limits = new LinkedHashMap<>();
    for (Limit limit : Limit.values()) {
      limits.put(Labels.of("limit", limit.key()), (double) host.limits().getOrDefault(limit, 0L));
    }
    LoadStatistics programs = host.programs();
    Map<Labels, Double> loaded = new LinkedHashMap<>();
    loaded.put(Labels.of("how", "compiled"), (double) programs.compiled());
    loaded.put(Labels.of("how", "cached"), (double) programs.cached());
    loaded.put(Labels.of("how", "interpreted"), (double) programs.interpreted());
    loaded.put(Labels.of("how", "refused"), (double) programs.refused());
    return new Figures()
        .gauge("bourse_host_processes", "Processes that run.", host.running())
        .counter(
            "bourse_host_started_processes",
            "Processes that were started.",
            (double) host.started())
        .counter("bourse_host_ended_processes", "Processes that ended, by why.", ended)
        .counter(
            "bourse_host_limits_reached", "Processes that a limit ended, by the limit.", limits)
        .gauge(
            "bourse_host_guest_memory_bytes",
            "Memory of the guests that run.",
            (double) host.memoryBytes())
        .counter("bourse_host_loaded_programs", "Programs that were loaded, by how.", loaded)
        .counter(
            "bourse_host_compile_seconds",
            "Time that compiling programs took.",
            programs.compileNanos() / 1e9)
        .build();
  }
}
