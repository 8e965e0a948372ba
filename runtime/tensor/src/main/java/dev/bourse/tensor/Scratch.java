package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;

import java.util.Arrays;

/**
 * Working memory of one worker: kernels exchange through it instead of allocating. It grows to the
 * largest size seen and is never shared between threads.
 */
public final class Scratch {
  /** Columns of a decoded panel. */
  static final int PANEL_COLUMNS = 512;

  /** The head of an interleaved block and a slice of it, on the heap. */
  final byte[] block = new byte[ROWS * COLUMNS * Float.BYTES];

  /** A decoded panel: 32 rows by {@link #PANEL_COLUMNS} columns, or 64 rows by 32 columns. */
  final float[] panel = new float[2 * ROWS * PANEL_COLUMNS];

  /** The scales of the panel's groups of 16 or 32 columns. */
  final float[] scales = new float[2 * ROWS * PANEL_COLUMNS / 16];

  /** The minima of those groups. */
  final float[] minima = new float[2 * ROWS * PANEL_COLUMNS / 16];

  /** The chains of 64 rows over the columns of a group. */
  final float[] chains = new float[4 * ROWS];

  /** 16 partial sums. */
  final float[] lanes = new float[ROWS];

  private float[] sums = new float[0];
  private float[] scores = new float[0];
  private float[] page = new float[0];

  /** At least {@code length} floats for the sums of a row group, contents undefined. */
  float[] sums(int length) {
    if (sums.length < length) {
      sums = new float[grown(length)];
    }
    return sums;
  }

  /** At least {@code length} floats for attention scores, contents undefined. */
  float[] scores(int length) {
    if (scores.length < length) {
      scores = new float[grown(length)];
    }
    return scores;
  }

  /** At least {@code length} floats for a head's slice of a page, contents undefined. */
  float[] page(int length) {
    if (page.length < length) {
      page = new float[grown(length)];
    }
    return page;
  }

  /** The sums, {@code length} of them zero. */
  float[] zeroedSums(int length) {
    float[] zeroed = sums(length);
    Arrays.fill(zeroed, 0, length, 0f);
    return zeroed;
  }

  private static int grown(int length) {
    return Math.max(1024, Math.addExact(length, length / 2));
  }
}
