package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.Simd.F;
import static dev.bourse.tensor.Simd.LANES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * The Vector API twin. Ends that do not fill a vector, and shapes that no model has, go to the
 * scalar twin: it returns the same bits.
 *
 * <p>Needs {@code --add-modules jdk.incubator.vector}; {@link KernelProvider} sees to that.
 */
final class VectorKernels implements Kernels {
  static final VectorKernels INSTANCE = new VectorKernels();

  private static final ScalarKernels SCALAR = ScalarKernels.INSTANCE;

  private VectorKernels() {}

  @Override
  public String name() {
    return "vector, " + Simd.BITS + " bits";
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
    VectorMatmul.matmul(w, first, end, x, xSums, tokens, y, scratch);
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
    int whole = n - n % ROWS;
    for (int c = 0; c < ROWS; c += LANES) {
      sumSquares(x, xAt + c, whole, chains, c);
    }
    ScalarKernels.addSquares(x, xAt + whole, n - whole, chains);
    float factor = ScalarKernels.rmsFactor(chains, n, epsilon);
    scaleByWeight(x, xAt, n, weight, factor, out, outAt);
  }

  private static void sumSquares(float[] x, int at, int n, float[] chains, int chain) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < n; i += ROWS) {
      FloatVector value = FloatVector.fromArray(F, x, at + i);
      sum = value.fma(value, sum);
    }
    sum.intoArray(chains, chain);
  }

  private static void scaleByWeight(
      float[] x, int xAt, int n, float[] weight, float factor, float[] out, int outAt) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(F, x, xAt + i)
          .mul(factor)
          .mul(FloatVector.fromArray(F, weight, i))
          .intoArray(out, outAt + i);
    }
    for (int i = whole; i < n; i++) {
      out[outAt + i] = (x[xAt + i] * factor) * weight[i];
    }
  }

  @Override
  public void rope(float[] x, int at, int heads, int headDim, RopeTable table, int position) {
    int pairs = table.rotatedDims() / 2;
    if (table.pairing() != RopeTable.Pairing.HALVES || pairs % LANES != 0) {
      SCALAR.rope(x, at, heads, headDim, table, position);
      return;
    }
    float[] angles = table.chunk(position);
    int cosAt = table.offset(position);
    for (int head = 0; head < heads; head++) {
      turn(x, at + head * headDim, angles, cosAt, pairs);
    }
  }

  private static void turn(float[] x, int at, float[] angles, int cosAt, int pairs) {
    for (int i = 0; i < pairs; i += LANES) {
      FloatVector cos = FloatVector.fromArray(F, angles, cosAt + i);
      FloatVector sin = FloatVector.fromArray(F, angles, cosAt + pairs + i);
      FloatVector a = FloatVector.fromArray(F, x, at + i);
      FloatVector b = FloatVector.fromArray(F, x, at + pairs + i);
      b.neg().fma(sin, a.mul(cos)).intoArray(x, at + i);
      a.fma(sin, b.mul(cos)).intoArray(x, at + pairs + i);
    }
  }

  @Override
  public void siluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i);
      g.div(Simd.exp(g.neg()).add(1f))
          .mul(FloatVector.fromArray(F, up, upAt + i))
          .intoArray(gate, gateAt + i);
    }
    SCALAR.siluMul(gate, gateAt + whole, up, upAt + whole, n - whole);
  }

  @Override
  public void geluMul(float[] gate, int gateAt, float[] up, int upAt, int n) {
    int whole = F.loopBound(n);
    FloatVector one = FloatVector.broadcast(F, 1f);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector g = FloatVector.fromArray(F, gate, gateAt + i);
      FloatVector cubic = g.mul(ScalarKernels.GELU_CUBIC).fma(g, one);
      FloatVector inner = g.mul(ScalarKernels.GELU_FACTOR).mul(cubic);
      g.mul(0.5f)
          .mul(Simd.tanh(inner).add(1f))
          .mul(FloatVector.fromArray(F, up, upAt + i))
          .intoArray(gate, gateAt + i);
    }
    SCALAR.geluMul(gate, gateAt + whole, up, upAt + whole, n - whole);
  }

  @Override
  public void softCap(float[] x, int at, int n, float cap) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      Simd.tanh(FloatVector.fromArray(F, x, at + i).div(cap)).mul(cap).intoArray(x, at + i);
    }
    SCALAR.softCap(x, at + whole, n - whole, cap);
  }

  @Override
  public void add(float[] x, int xAt, float[] y, int yAt, int n) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromArray(F, x, xAt + i)
          .add(FloatVector.fromArray(F, y, yAt + i))
          .intoArray(x, xAt + i);
    }
    SCALAR.add(x, xAt + whole, y, yAt + whole, n - whole);
  }

  @Override
  public void softmax(float[] x, int at, int n) {
    expOfDifference(x, at, n, max(x, at, n));
    ScalarKernels.scaleBySum(x, at, n);
  }

  /** The largest of {@code n} floats; −∞ if there are none. */
  static float max(float[] x, int at, int n) {
    int whole = F.loopBound(n);
    FloatVector largest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < whole; i += LANES) {
      largest = largest.max(FloatVector.fromArray(F, x, at + i));
    }
    float max = largest.reduceLanes(VectorOperators.MAX);
    for (int i = whole; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  /** x<sub>i</sub> = exp(x<sub>i</sub> − max). */
  static void expOfDifference(float[] x, int at, int n, float max) {
    int whole = F.loopBound(n);
    for (int i = 0; i < whole; i += LANES) {
      Simd.exp(FloatVector.fromArray(F, x, at + i).sub(max)).intoArray(x, at + i);
    }
    for (int i = whole; i < n; i++) {
      x[at + i] = Exp.exp(x[at + i] - max);
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
    if (kv.pageTokens() % LANES != 0 || kv.headDim() % LANES != 0 || slots <= first) {
      SCALAR.attention(kv, first, slots, mask, kvHead, heads, q, qAt, scores, out, outAt, scratch);
    } else {
      VectorAttention.attend(
          kv, first, slots, mask, kvHead, heads, q, qAt, scores, out, outAt, scratch);
    }
  }
}
