package dev.bourse.tensor;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Cosines and sines of rotary position embedding (RoPE), computed in {@code double} and rounded
 * once.
 *
 * <p>Pair {@code i} of a head at position {@code p} is turned by the angle {@code p ·
 * base^(−2i/rotatedDims) / factor_i}. Positions are computed when first used, 64 at a time.
 *
 * @see <a href="https://arxiv.org/abs/2104.09864">RoFormer</a>
 */
public final class RopeTable {
  /** Which elements of a head form a pair. */
  public enum Pairing {
    /** Element {@code i} and element {@code i + rotatedDims/2} ("neox"). */
    HALVES,
    /** Elements {@code 2i} and {@code 2i + 1} ("norm"). */
    ADJACENT
  }

  private static final int CHUNK = 64;

  private final Pairing pairing;
  private final int rotatedDims;
  private final int positions;
  private final double[] frequencies;
  private final double magnitude;
  private final AtomicReferenceArray<float @Nullable []> chunks;

  /**
   * A table for positions 0 to {@code positions - 1}.
   *
   * @param rotatedDims how many leading elements of each head are turned; even
   * @param base the frequency base, often 10,000
   * @param factors divides the frequency of each pair, {@code rotatedDims / 2} values; {@code null}
   *     for none
   * @throws IllegalArgumentException if a size is not positive or does not fit the others
   */
  public RopeTable(
      Pairing pairing, int rotatedDims, double base, float @Nullable [] factors, int positions) {
    this(pairing, rotatedDims, base, factors, 1, positions);
  }

  /**
   * A table whose cosines and sines are longer, or shorter, than one.
   *
   * @param magnitude they are multiplied by
   */
  public RopeTable(
      Pairing pairing,
      int rotatedDims,
      double base,
      float @Nullable [] factors,
      double magnitude,
      int positions) {
    if (rotatedDims <= 0 || rotatedDims % 2 != 0) {
      throw new IllegalArgumentException(
          "RoPE turns pairs, so its dimensions must be even and positive, not " + rotatedDims);
    }
    if (positions <= 0) {
      throw new IllegalArgumentException("RoPE needs positions, not " + positions);
    }
    if (factors != null && factors.length != rotatedDims / 2) {
      throw new IllegalArgumentException(
          "%d RoPE frequency factors for %d pairs".formatted(factors.length, rotatedDims / 2));
    }
    this.pairing = pairing;
    this.rotatedDims = rotatedDims;
    this.positions = positions;
    this.magnitude = magnitude;
    this.chunks = new AtomicReferenceArray<>(Math.ceilDiv(positions, CHUNK));
    this.frequencies = new double[rotatedDims / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double factor = factors == null ? 1 : factors[i];
      frequencies[i] = Math.pow(base, -2.0 * i / rotatedDims) / factor;
    }
  }

  public Pairing pairing() {
    return pairing;
  }

  public int rotatedDims() {
    return rotatedDims;
  }

  /** Positions are below this. */
  public int positions() {
    return positions;
  }

  /**
   * The chunk that holds a position: from {@link #offset} on, the cosines of all pairs, then their
   * sines.
   *
   * @throws IllegalArgumentException if the position is not in the table
   */
  float[] chunk(int position) {
    if (position < 0 || position >= positions) {
      throw new IllegalArgumentException(
          "position %d is outside the model's context of %d positions"
              .formatted(position, positions));
    }
    int index = position / CHUNK;
    float[] chunk = chunks.get(index);
    if (chunk == null) {
      // Two threads may compute the same chunk: they write the same values.
      chunk = compute(index);
      chunks.set(index, chunk);
    }
    return chunk;
  }

  int offset(int position) {
    return position % CHUNK * rotatedDims;
  }

  private float[] compute(int index) {
    int pairs = frequencies.length;
    float[] chunk = new float[CHUNK * rotatedDims];
    for (int p = 0; p < CHUNK; p++) {
      for (int i = 0; i < pairs; i++) {
        double angle = (double) (index * CHUNK + p) * frequencies[i];
        chunk[p * rotatedDims + i] = (float) (Math.cos(angle) * magnitude);
        chunk[p * rotatedDims + pairs + i] = (float) (Math.sin(angle) * magnitude);
      }
    }
    return chunk;
  }
}
