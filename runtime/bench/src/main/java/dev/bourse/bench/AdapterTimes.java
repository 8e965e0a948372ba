package dev.bourse.bench;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import dev.bourse.model.lora.LoraWriter;
import dev.bourse.sdk.Adapter;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Sampler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A decode step with an adapter, and without. */
final class AdapterTimes {
  private static final int WARM_UPS = 8;
  private static final int ROUNDS = 15;
  private static final int TOKENS = 128;
  private static final List<Projection> ATTENTION = List.of(Projection.QUERY, Projection.VALUE);
  private static final List<Projection> ALL = List.of(Projection.values());

  private record Kind(String name, List<Projection> projections, int rank) {
    String file() {
      return name.replace(' ', '-').replace(",", "") + ".gguf";
    }
  }

  private record Measured(Kind kind, Adapter adapter, Times times) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("q and v, rank 8", ATTENTION, 8),
          new Kind("q and v, rank 16", ATTENTION, 16),
          new Kind("all seven, rank 8", ALL, 8),
          new Kind("all seven, rank 16", ALL, 16));

  private AdapterTimes() {}

  static void writeFiles(Path folder, ModelConfig config) throws IOException {
    Path shared = Files.createDirectories(folder.resolve("shared"));
    for (Kind kind : KINDS) {
      Files.write(shared.resolve(kind.file()), LoraWriter.gguf(adapter(config, kind), config));
    }
  }

  private static LoraAdapter adapter(ModelConfig config, Kind kind) {
    Random random = new Random(kind.rank());
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      Map<Projection, LowRank> changed = new EnumMap<>(Projection.class);
      for (Projection projection : kind.projections()) {
        float[] a = small(random, kind.rank() * projection.columns(config));
        float[] b = small(random, kind.rank() * projection.rows(config));
        changed.put(projection, new LowRank(kind.rank(), 1, a, b));
      }
      layers.add(changed);
    }
    return LoraAdapter.of(config, layers);
  }

  private static float[] small(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * 0.01f;
    }
    return values;
  }

  static void report(Report report, Model model) {
    Times plain = new Times();
    List<Measured> adapted = new ArrayList<>();
    for (Kind kind : KINDS) {
      Adapter adapter = model.newAdapter(kind.name()).load(kind.file());
      adapted.add(new Measured(kind, adapter, new Times()));
    }
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      long nanos = decode(model, List.of());
      if (round >= 0) {
        plain.add(nanos);
      }
      for (Measured each : adapted) {
        nanos = decode(model, List.of(each.adapter()));
        if (round >= 0) {
          each.times().add(nanos);
        }
      }
    }
    adapted.forEach(each -> each.adapter().close());
    report.title(
        "A decode step with an adapter, microseconds, median of %d runs".formatted(ROUNDS));
    report.header("adapter", "step", "of the model alone");
    double alone = plain.medianMicros() / TOKENS;
    report.row("none | %.0f | 1.00", alone);
    for (Measured each : adapted) {
      double step = each.times().medianMicros() / TOKENS;
      report.row("%s | %.0f | %.2f", each.kind().name(), step, step / alone);
    }
  }

  private static long decode(Model model, List<Adapter> adapter) {
    try (Context context = model.newContext()) {
      adapter.forEach(context::adapter);
      context.user("Tell me a story about an owl.").cue().flush();
      long begin = System.nanoTime();
      int[] tokens = context.generate(Sampler.greedy()).stopTokens().maxTokens(TOKENS).tokens();
      long nanos = System.nanoTime() - begin;
      if (tokens.length != TOKENS) {
        throw new IllegalStateException(tokens.length + " tokens");
      }
      return nanos;
    }
  }
}
