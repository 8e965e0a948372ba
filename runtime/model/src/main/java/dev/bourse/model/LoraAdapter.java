package dev.bourse.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A low-rank adapter: for some projections of some layers, two thin matrices whose product is added
 * to the weights. (Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021.)
 * Immutable; any number of passes and contexts may use it at once.
 *
 * <p>Nothing is merged: the model's weights stay as they are, rows with different adapters stand in
 * one batch, and a row costs the products of its own adapter besides.
 */
public final class LoraAdapter {
  private final ModelConfig model;
  private final List<Map<Projection, LowRank>> layers;
  private final int rankMax;
  private final String digest;

  private LoraAdapter(ModelConfig model, List<Map<Projection, LowRank>> layers) {
    this.model = model;
    this.layers = layers;
    this.rankMax =
        layers.stream()
            .flatMap(layer -> layer.values().stream())
            .mapToInt(LowRank::rank)
            .max()
            .orElse(0);
    this.digest = computeDigest();
  }

  /**
   * An adapter of matrices.
   *
   * @param layers for each layer of the model what is changed there
   * @throws IllegalArgumentException if there is another number of layers, or a matrix does not fit
   *     its projection
   */
  public static LoraAdapter of(ModelConfig model, List<Map<Projection, LowRank>> layers) {
    if (layers.size() != model.layers()) {
      throw new IllegalArgumentException(
          "an adapter of %d layers for a model of %d".formatted(layers.size(), model.layers()));
    }
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Map.Entry<Projection, LowRank> entry : layers.get(layer).entrySet()) {
        require(model, layer, entry.getKey(), entry.getValue());
      }
    }
    return new LoraAdapter(
        model, layers.stream().<Map<Projection, LowRank>>map(LoraAdapter::ordered).toList());
  }

  private static void require(ModelConfig model, int layer, Projection projection, LowRank delta) {
    int columns = projection.columns(model);
    int rows = projection.rows(model);
    if (delta.columns() != columns || delta.rows() != rows) {
      throw new IllegalArgumentException(
          "the adapter of %s in layer %d takes %d floats and gives %d; the model's takes %d and gives %d"
              .formatted(
                  projection.ggufName(), layer, delta.columns(), delta.rows(), columns, rows));
    }
  }

  private static Map<Projection, LowRank> ordered(Map<Projection, LowRank> layer) {
    Map<Projection, LowRank> ordered = new EnumMap<>(Projection.class);
    ordered.putAll(layer);
    return ordered;
  }

  /** What is changed in a layer, in the order of the projections; not to be changed. */
  public Map<Projection, LowRank> layer(int layer) {
    return layers.get(layer);
  }

  /** Layers of the model. */
  public int layers() {
    return layers.size();
  }

  /** Whether it was made for a model of this shape. */
  public boolean fits(ModelConfig config) {
    return model.equals(config);
  }

  /** The largest rank; 0 if nothing is changed. */
  public int rankMax() {
    return rankMax;
  }

  /** Whether it changes nothing. */
  public boolean isEmpty() {
    return rankMax == 0;
  }

  /** Bytes of its matrices. */
  public long bytes() {
    return layers.stream()
        .flatMap(layer -> layer.values().stream())
        .mapToLong(delta -> (long) Float.BYTES * (delta.a().length + delta.b().length))
        .sum();
  }

  /** SHA-256 of all it adds: equal adapters have equal digests, wherever they came from. */
  public String digest() {
    return digest;
  }

  private String computeDigest() {
    MessageDigest sha256 = sha256();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Map.Entry<Projection, LowRank> entry : layers.get(layer).entrySet()) {
        LowRank delta = entry.getValue();
        sha256.update(entry.getKey().ggufName().getBytes(StandardCharsets.US_ASCII));
        update(sha256, layer, delta.rank(), Float.floatToRawIntBits(delta.scale()));
        update(sha256, delta.a());
        update(sha256, delta.b());
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void update(MessageDigest sha256, int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length);
    bytes.asIntBuffer().put(numbers);
    sha256.update(bytes);
  }

  private static void update(MessageDigest sha256, float[] values) {
    ByteBuffer chunk = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    int floats = chunk.capacity() / Float.BYTES;
    for (int from = 0; from < values.length; from += floats) {
      int count = Math.min(floats, values.length - from);
      chunk.clear().asFloatBuffer().put(values, from, count);
      sha256.update(chunk.limit(count * Float.BYTES));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
