package dev.bourse.model;

import dev.bourse.model.gguf.GgufWriter;
import dev.bourse.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random adapter of {@link TinyModel}, as matrices, as files, and merged into the weights. */
public final class TestAdapter {
  /** Rows of A, then columns; rows of B, then rank. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Matrices(int layer, Projection projection, int rank, float[] a, float[] b) {}

  final Family family;
  final float alpha;
  final List<Matrices> all = new ArrayList<>();

  public TestAdapter(Family family, ModelConfig model, long seed) {
    this.family = family;
    Random random = new Random(seed);
    this.alpha = 1 + random.nextInt(16);
    for (int layer = 0; layer < model.layers(); layer++) {
      for (Projection projection : Projection.values()) {
        if (random.nextInt(4) > 0) {
          int rank = 1 + random.nextInt(8);
          all.add(
              new Matrices(
                  layer,
                  projection,
                  rank,
                  values(random, rank * projection.columns(model)),
                  values(random, rank * projection.rows(model))));
        }
      }
    }
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    return values;
  }

  /** What reading its files must give. */
  LoraAdapter adapter(ModelConfig model) {
    List<Map<Projection, LowRank>> layers = new ArrayList<>();
    for (int layer = 0; layer < model.layers(); layer++) {
      layers.add(new EnumMap<>(Projection.class));
    }
    for (Matrices m : all) {
      layers
          .get(m.layer)
          .put(
              m.projection,
              new LowRank(
                  m.rank,
                  alpha / m.rank,
                  transposed(m.a, m.rank),
                  transposed(m.b, m.b.length / m.rank)));
    }
    return LoraAdapter.of(model, layers);
  }

  private static float[] transposed(float[] values, int rows) {
    int columns = values.length / rows;
    float[] out = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i % columns * rows + i / columns] = values[i];
    }
    return out;
  }

  /** Adds it to the weights that a reference computes with. */
  void mergeInto(TinyModel tiny) {
    for (Matrices m : all) {
      float[] weights = tiny.tensor("blk.%d.%s.weight".formatted(m.layer, m.projection.ggufName()));
      int columns = m.a.length / m.rank;
      for (int i = 0; i < weights.length; i++) {
        double sum = 0;
        for (int j = 0; j < m.rank; j++) {
          sum += (double) m.b[i / columns * m.rank + j] * m.a[j * columns + i % columns];
        }
        weights[i] += (float) (sum * alpha / m.rank);
      }
    }
  }

  public byte[] gguf() {
    return gguf("lora", family.architecture());
  }

  byte[] gguf(String type, String architecture) {
    GgufWriter writer =
        new GgufWriter()
            .text("general.type", "adapter")
            .text("general.architecture", architecture)
            .text("adapter.type", type)
            .real("adapter.lora.alpha", alpha);
    for (Matrices m : all) {
      String name = "blk.%d.%s.weight.lora_".formatted(m.layer, m.projection.ggufName());
      writer.tensor(
          name + "a", TensorType.F32, floats(m.a), (long) m.a.length / m.rank, (long) m.rank);
      writer.tensor(
          name + "b", TensorType.F32, floats(m.b), (long) m.rank, (long) m.b.length / m.rank);
    }
    return writer.bytes();
  }

  /** As training leaves it: other names, and the rows of Llama's queries and keys by halves. */
  byte[] safetensors() {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Matrices m : all) {
      String name =
          "base_model.model.model.layers.%d.%s.lora_".formatted(m.layer, m.projection.moduleName());
      tensors.put(name + "A.weight", m.a);
      shapes.put(name + "A.weight", new int[] {m.rank, m.a.length / m.rank});
      tensors.put(name + "B.weight", byHalves(m));
      shapes.put(name + "B.weight", new int[] {m.b.length / m.rank, m.rank});
    }
    return safetensors(tensors, shapes);
  }

  static byte[] safetensors(Map<String, float[]> tensors, Map<String, int[]> shapes) {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    int at = 0;
    for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
      int[] shape = shapes.getOrDefault(tensor.getKey(), new int[] {0, 0});
      int end = at + 4 * tensor.getValue().length;
      header.append(
          ",\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
              .formatted(tensor.getKey(), shape[0], shape[1], at, end));
      at = end;
    }
    byte[] json = header.append("}  ").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + at).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    tensors.values().forEach(values -> file.put(floats(values)));
    return file.array();
  }

  private float[] byHalves(Matrices m) {
    boolean turned = m.projection == Projection.QUERY || m.projection == Projection.KEY;
    if (!turned || family.has(Family.Trait.ROPE_HALVES)) {
      return m.b;
    }
    float[] out = new float[m.b.length];
    int half = TinyModel.HEAD_DIM / 2;
    for (int row = 0; row < m.b.length / m.rank; row++) {
      int inHead = row % TinyModel.HEAD_DIM;
      int to = row - inHead + inHead / 2 + inHead % 2 * half;
      System.arraycopy(m.b, row * m.rank, out, to * m.rank, m.rank);
    }
    return out;
  }

  private static byte[] floats(float[] values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(values);
    return out.array();
  }
}
