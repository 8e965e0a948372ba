package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Packing.TILE_TOKENS;

import org.jspecify.annotations.Nullable;

/**
 * The scalar twin.
 *
 * <p>It is also what a cold process computes its first tokens with. So the inner loops run over 16
 * rows of plain arrays, which the first compiler tier handles well and the second vectorizes, and
 * off-heap memory is copied to arrays in bulk rather than read element by element.
 */
final class ScalarKernels implements Kernels {
  /** √(2/π) and the factor of the cubic term in GELU. */
  static final float GELU_FACTOR = (float) Math.sqrt(2 / Math.PI);

  static final float GELU_CUBIC = 0.044715f;

  static final ScalarKernels INSTANCE = new ScalarKernels();

  private ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void matmul(
      WeightMatrix w,
      int first,
      int end,
      float[] x,
      float[] xSums,
      int tokens,
      float[] y,
      Scratch scratch) {
    int columns = w.format().groupColumns();
    for (int group = first; group < end; group++) {
      float[] sums = scratch.zeroedSums(tokens * ROWS);
      for (int slice = 0; slice < w.slices(); slice++) {
        w.decode(group, slice, scratch);
        for (int g = 0; g < w.format().groups(); g++) {
          int column = slice * COLUMNS + g * columns;
          for (int t = 0; t < tokens; t++) {
            chain(
                scratch, g * columns, columns, x, Packing.at(w.cols(), column, t, tokens), tokens);
            addScaled(scratch.lanes, scratch.scales, g * ROWS, sums, t * ROWS);
          }
          if (w.format().scaling().hasMinima()) {
            addMinima(w, g, column, xSums, tokens, scratch.minima, sums);
          }
        }
      }
      storeSums(w, group, sums, tokens, y);
    }
  }

  /** The chains of 16 rows over the columns of a group, for one token. */
  private static void chain(
      Scratch scratch, int column, int columns, float[] x, int at, int tokens) {
    float[] levels = scratch.panel;
    float[] s = scratch.lanes;
    int stride = tokens == 1 ? 1 : TILE_TOKENS;
    for (int r = 0; r < ROWS; r++) {
      s[r] = 0f;
    }
    for (int k = 0; k < columns; k++) {
      float xk = x[at + k * stride];
      int row = (column + k) * ROWS;
      for (int r = 0; r < ROWS; r++) {
        s[r] = Math.fma(levels[row + r], xk, s[r]);
      }
    }
  }

  private static void addScaled(float[] s, float[] scales, int scalesAt, float[] sums, int at) {
    for (int r = 0; r < ROWS; r++) {
      sums[at + r] = Math.fma(s[r], scales[scalesAt + r], sums[at + r]);
    }
  }

  private static void addMinima(
      WeightMatrix w,
      int group,
      int column,
      float[] xSums,
      int tokens,
      float[] minima,
      float[] sums) {
    for (int t = 0; t < tokens; t++) {
      float xSum = Packing.sum(xSums, w.cols(), column, w.format().groupColumns(), t, tokens);
      for (int r = 0; r < ROWS; r++) {
        sums[t * ROWS + r] = Math.fma(xSum, minima[group * ROWS + r], sums[t * ROWS + r]);
      }
    }
  }

  private static void storeSums(WeightMatrix w, int group, float[] sums, int tokens, float[] y) {
    int row = group * ROWS;
    int present = Math.min(ROWS, w.rows() - row);
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(sums, t * ROWS, y, t * w.rows() + row, present);
    }
  }

  @Override
  public void rmsNorm(
      float[] x,
      int xAt,
      int n,
      float[] weight,
      float epsilon,
      float[] out,
      int outAt,
      Scratch scratch) {
    float[] chains = scratch.lanes;
    for (int c = 0; c < ROWS; c++) {
      chains[c] = 0f;
    }
    int whole = n - n % ROWS;
    for (int i = 0; i < whole; i += ROWS) {
      for (int c = 0; c < ROWS; c++) {
        float value = x[xAt + i + c];
        chains[c] = Math.fma(value, value, chains[c]);
      }
    }
    addSquares(x, xAt + whole, n - whole, chains);
    float factor = rmsFactor(chains, n, epsilon);
    for (int i = 0; i < n; i++) {
      out[outAt + i] = (x[xAt + i] * factor) * weight[i];
    }
  }

  /** Adds the squares of the last, fewer than 16 elements to their chains. */
  static void addSquares(float[] x, int at, int n, float[] chains) {
    for (int c = 0; c < n; c++) {
      chains[c] = Math.fma(x[at + c], x[at + c], chains[c]);
    }
  }

  /** What elements are multiplied by, from the 16 partial sums of squares. */
  static float rmsFactor(float[] chains, int n, float epsilon) {
    float sum = 0f;
    for (int c = 0; c < ROWS; c++) {
      sum += chains[c];
    }
    return (float) (1.0 / Math.sqrt((double) sum / n + epsilon));
  }

  @Override
  public void rope(float[] x, int at, int heads, int headDim, RopeTable table, int position) {
    float[] angles = table.chunk(position);
    int cosAt = table.offset(position);
    int pairs = table.rotatedDims() / 2;
    boolean halves = table.pairing() == RopeTable.Pairing.HALVES;
    int step = halves ? 1 : 2;
    int partner = halves ? pairs : 1;
    for (int head = 0; head < heads; head++) {
      turn(x, at + head * headDim, step, partner, angles, cosAt, pairs);
    }
  }

  private static void turn(
      float[] x, int at, int step, int partner, float[] angles, int cosAt, int pairs) {
    for (int i = 0; i < pairs; i++) {
      float cos = angles[cosAt + i];
      float sin = angles[cosAt + pairs + i];
      float a = x[at + i * step];
      float b = x[at + i * step + partner];
      x[at + i * step] = Math.fma(-b, sin, a * cos);
      x[at + i * step + partner] = Math.fma(a, sin, b * cos);
    }
  }

  @Override
  public void siluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    for (int i = 0; i < n; i++) {
      float g = gate[gateAt + i];
      gate[gateAt + i] = (g / (1f + Exp.exp(-g))) * up[upAt + i];
    }
  }

  @Override
  public void geluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    for (int i = 0; i < n; i++) {
      float g = gate[gateAt + i];
      float inner = (GELU_FACTOR * g) * Math.fma(GELU_CUBIC * g, g, 1f);
      gate[gateAt + i] = ((0.5f * g) * (1f + Exp.tanh(inner))) * up[upAt + i];
    }
  }

  @Override
  public void softCap(float[] x, int at, int n, float cap) {
    for (int i = 0; i < n; i++) {
      x[at + i] = Exp.tanh(x[at + i] / cap) * cap;
    }
  }

  @Override
  public void add(float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      x[xAt + i] += y[yAt + i];
    }
  }

  @Override
  public void softmax(float[] x, int at, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    for (int i = 0; i < n; i++) {
      x[at + i] = Exp.exp(x[at + i] - max);
    }
    scaleBySum(x, at, n);
  }

  /** Divides by the sum: softmax's last step. The sum is one chain, so both twins share it. */
  static void scaleBySum(float[] x, int at, int n) {
    float sum = 0f;
    for (int i = 0; i < n; i++) {
      sum += x[at + i];
    }
    float factor = 1f / sum;
    for (int i = 0; i < n; i++) {
      x[at + i] *= factor;
    }
  }

  @Override
  public void attention(
      PagedKv kv,
      int first,
      int slots,
      long @Nullable [] mask,
      int kvHead,
      int heads,
      float[] q,
      int qAt,
      Scores scores,
      float[] out,
      int outAt,
      Scratch scratch) {
    ScalarAttention.attend(
        kv, first, slots, mask, kvHead, heads, q, qAt, scores, out, outAt, scratch);
  }
}
