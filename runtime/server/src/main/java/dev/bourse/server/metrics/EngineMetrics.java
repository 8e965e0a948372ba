package dev.bourse.server.metrics;

import dev.bourse.engine.Engine;
import dev.bourse.engine.StepStatistics;
import dev.bourse.engine.TokenCounts;
import dev.bourse.host.process.ServedModel;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the engines compute, of each model. */
final class EngineMetrics implements MultiCollector {
  private static final double NANOS = 1e9;

  private final Supplier<List<ServedModel>> models;

  EngineMetrics(Supplier<List<ServedModel>> models) {
    this.models = models;
  }

  @Override
  public MetricSnapshots collect() {
    Map<Labels, StepStatistics> steps = new LinkedHashMap<>();
    Map<Labels, TokenCounts> tokens = new LinkedHashMap<>();
    for (ServedModel model : models.get()) {
      Engine engine = model.engine();
      Labels labels = Labels.of("model", model.name());
      steps.put(labels, engine.statistics());
      tokens.put(labels, engine.tokens());
    }
    Map<Labels, Double> phases = new LinkedHashMap<>();
    steps.forEach(
        (labels, step) -> {
          phases.put(labels.add("phase", "plan"), step.planNanos() / NANOS);
          phases.put(labels.add("phase", "forward"), step.forwardNanos() / NANOS);
          phases.put(labels.add("phase", "sample"), step.sampleNanos() / NANOS);
          phases.put(labels.add("phase", "settle"), step.settleNanos() / NANOS);
          phases.put(labels.add("phase", "wait"), step.waitNanos() / NANOS);
        });
    return new Figures()
        .counter("bourse_engine_steps", "Steps that were run.", each(steps, StepStatistics::steps))
        .counter(
            "bourse_engine_computed_tokens",
            "Tokens that steps computed.",
            each(steps, StepStatistics::tokens))
        .counter("bourse_engine_seconds", "Where the step loop's time went.", phases)
        .counter(
            "bourse_engine_cached_tokens",
            "Tokens found in memory instead of computed.",
            each(tokens, TokenCounts::reused))
        .counter(
            "bourse_engine_restored_tokens",
            "Tokens read back from disk instead of computed.",
            each(tokens, TokenCounts::restored))
        .counter(
            "bourse_engine_recomputed_tokens",
            "Tokens computed again, as that was cheaper than to keep them.",
            each(tokens, TokenCounts::recomputed))
        .build();
  }

  private static <T> Map<Labels, Double> each(Map<Labels, T> all, ToDoubleFunction<T> figure) {
    Map<Labels, Double> figures = new LinkedHashMap<>();
    all.forEach((labels, one) -> figures.put(labels, figure.applyAsDouble(one)));
    return figures;
  }
}
