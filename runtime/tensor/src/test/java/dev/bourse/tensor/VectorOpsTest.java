package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels that take one vector: norm, rotation, activation, softmax, sums. */
class VectorOpsTest {
  private static final int RUNS = 200;

  private final Kernels scalar = Kernels.scalar();
  private final Random random = new Random(11);
  private final Scratch scratch = new Scratch();

  static Stream<Kernels> twins() {
    return Twins.all();
  }

  @ParameterizedTest
  @MethodSource("twins")
  void rmsNorm(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(300);
      int at = random.nextInt(20);
      float[] x = TestWeights.gaussian(n + at, random);
      float[] weight = TestWeights.gaussian(n, random);
      float[] expected = x.clone();
      scalar.rmsNorm(x, at, n, weight, 1e-5f, expected, at, scratch);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        squares += (double) x[at + i] * x[at + i];
      }
      double factor = 1 / Math.sqrt(squares / n + 1e-5);
      for (int i = 0; i < n; i++) {
        double exact = x[at + i] * factor * weight[i];
        assertThat((double) expected[at + i])
            .isCloseTo(exact, within(1e-6 * Math.abs(exact) + 1e-30));
      }
      kernels.rmsNorm(x, at, n, weight, 1e-5f, x, at, scratch);
      assertThat(x).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void ropeTurnsEachPairByItsAngle(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int pairs = 1 + random.nextInt(70);
      int dims = 2 * pairs;
      int headDim = dims + random.nextInt(3);
      RopeTable.Pairing pairing =
          random.nextBoolean() ? RopeTable.Pairing.HALVES : RopeTable.Pairing.ADJACENT;
      float[] factors = new float[pairs];
      for (int i = 0; i < pairs; i++) {
        factors[i] = 1 + random.nextInt(8);
      }
      RopeTable table =
          new RopeTable(pairing, dims, 10_000, random.nextBoolean() ? factors : null, 5000);
      int position = random.nextInt(5000);
      int at = random.nextInt(9);
      float[] x = TestWeights.gaussian(at + 3 * headDim, random);
      float[] expected = x.clone();
      scalar.rope(expected, at, 3, headDim, table, position);
      float[] actual = x.clone();
      kernels.rope(actual, at, 3, headDim, table, position);
      assertThat(actual).isEqualTo(expected);
      for (int i = 0; i < pairs; i++) {
        boolean halves = pairing == RopeTable.Pairing.HALVES;
        int a = at + headDim + (halves ? i : 2 * i);
        int b = a + (halves ? pairs : 1);
        double turned = Math.hypot(actual[a], actual[b]);
        assertThat(turned).isCloseTo(Math.hypot(x[a], x[b]), within(1e-6 * turned));
      }
      for (int i = dims; i < headDim; i++) {
        assertThat(actual[at + i]).isEqualTo(x[at + i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void siluMul(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(200);
      int gateAt = random.nextInt(9);
      int upAt = random.nextInt(9);
      float[] gate = TestWeights.gaussian(gateAt + n, random);
      float[] up = TestWeights.gaussian(upAt + n, random);
      for (int i = 0; i < n; i++) {
        gate[gateAt + i] *= random.nextInt(10) == 0 ? 100 : 3;
      }
      float[] expected = gate.clone();
      scalar.siluMul(expected, gateAt, up, upAt, n);
      for (int i = 0; i < n; i++) {
        double g = gate[gateAt + i];
        double exact = g / (1 + Math.exp(-g)) * up[upAt + i];
        assertThat((double) expected[gateAt + i])
            .isCloseTo(exact, within(1e-6 * Math.abs(exact) + 1e-35));
      }
      kernels.siluMul(gate, gateAt, up, upAt, n);
      assertThat(gate).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void geluMul(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(200);
      int gateAt = random.nextInt(9);
      int upAt = random.nextInt(9);
      float[] gate = TestWeights.gaussian(gateAt + n, random);
      float[] up = TestWeights.gaussian(upAt + n, random);
      for (int i = 0; i < n; i++) {
        gate[gateAt + i] *= random.nextInt(10) == 0 ? 100 : 3;
      }
      float[] expected = gate.clone();
      scalar.geluMul(expected, gateAt, up, upAt, n);
      for (int i = 0; i < n; i++) {
        double g = gate[gateAt + i];
        double inner = Math.sqrt(2 / Math.PI) * (g + 0.044715 * g * g * g);
        double exact = 0.5 * g * (1 + Math.tanh(inner)) * up[upAt + i];
        assertThat((double) expected[gateAt + i])
            .isCloseTo(exact, within(5e-7 * Math.abs(g * up[upAt + i]) + 1e-35));
      }
      kernels.geluMul(gate, gateAt, up, upAt, n);
      assertThat(gate).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void softCap(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(200);
      int at = random.nextInt(9);
      float[] x = TestWeights.gaussian(at + n + 3, random);
      for (int i = 0; i < n; i++) {
        x[at + i] *= random.nextInt(10) == 0 ? 1000 : 10;
      }
      float[] expected = x.clone();
      scalar.softCap(expected, at, n, 30);
      for (int i = 0; i < n; i++) {
        double exact = 30 * Math.tanh(x[at + i] / 30.0);
        assertThat((double) expected[at + i]).isCloseTo(exact, within(1e-5));
      }
      kernels.softCap(x, at, n, 30);
      assertThat(x).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void add(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(200);
      int xAt = random.nextInt(9);
      int yAt = random.nextInt(9);
      float[] x = TestWeights.gaussian(xAt + n + 3, random);
      float[] y = TestWeights.gaussian(yAt + n + 3, random);
      float[] expected = x.clone();
      for (int i = 0; i < n; i++) {
        expected[xAt + i] = x[xAt + i] + y[yAt + i];
      }
      kernels.add(x, xAt, y, yAt, n);
      assertThat(x).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("twins")
  void softmax(Kernels kernels) {
    for (int run = 0; run < RUNS; run++) {
      int n = 1 + random.nextInt(500);
      int at = random.nextInt(9);
      float[] x = TestWeights.gaussian(at + n + 3, random);
      x[at + random.nextInt(n)] = n == 1 ? 1f : Float.NEGATIVE_INFINITY;
      float[] expected = x.clone();
      scalar.softmax(expected, at, n);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += Math.exp(x[at + i]);
      }
      for (int i = 0; i < n; i++) {
        double exact = Math.exp(x[at + i]) / sum;
        assertThat((double) expected[at + i]).isCloseTo(exact, within(1e-5 * exact));
      }
      kernels.softmax(x, at, n);
      assertThat(x).isEqualTo(expected);
    }
  }
}
