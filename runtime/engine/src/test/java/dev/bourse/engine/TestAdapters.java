package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random adapters that change what a model says. */
final class TestAdapters {
  private TestAdapters() {}

  static LoraAdapter random(ModelConfig model, long seed) {
    Random random = new Random(seed);
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      Map<Projection, LowRank> deltas = new EnumMap<>(Projection.class);
      for (Projection projection : Projection.values()) {
        int rank = 1 + random.nextInt(6);
        deltas.put(
            projection,
            new LowRank(
                rank,
                2f / rank,
                values(random, rank * projection.columns(model)),
                values(random, rank * projection.rows(model))));
      }
      layers.add(deltas);
    }
    return LoraAdapter.of(model, layers);
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * 0.15f;
    }
    return values;
  }
}
