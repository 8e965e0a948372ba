package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MatmulTest {
  static Stream<Arguments> typesAndTwins() {
    return Stream.of(TensorType.values())
        .filter(TensorType::supported)
        .flatMap(type -> Twins.all().map(kernels -> Arguments.of(type, kernels)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("typesAndTwins")
  void followsTheCanonicalOrderForEveryShape(TensorType type, Kernels kernels) {
    Random random = new Random(7);
    int[] rowCounts = {1, 15, 16, 17, 33, 64, 80, 131};
    int[] tokenCounts = {1, 2, 7, 8, 9, 25, 64, 65, 90};
    try (WorkerPool pool = new WorkerPool(3)) {
      Compute compute = new Compute(kernels, pool);
      for (int rows : rowCounts) {
        int block = Math.max(32, type.blockSize());
        int cols = block * (1 + random.nextInt(640 / block));
        int tokens = tokenCounts[random.nextInt(tokenCounts.length)];
        check(TestWeights.random(type, rows, cols, rows), tokens, compute, random);
      }
      for (int tokens : tokenCounts) {
        check(
            TestWeights.random(type, 67, type.blockSize() > 32 ? 768 : 544, tokens),
            tokens,
            compute,
            random);
      }
    }
  }

  private static void check(TestWeights weights, int tokens, Compute compute, Random random) {
    float[] x = TestWeights.gaussian(tokens * weights.cols, random);
    float[] y = new float[tokens * weights.rows];
    try (WeightMatrix matrix = weights.repack(compute.pool())) {
      compute.matmul(matrix, x, tokens, y);
    }
    for (int t = 0; t < tokens; t++) {
      for (int r = 0; r < weights.rows; r++) {
        float actual = y[t * weights.rows + r];
        int at = t * weights.cols;
        if (Float.floatToIntBits(actual) != Float.floatToIntBits(weights.canonical(r, x, at))) {
          assertThat(actual)
              .as(
                  "%s %d×%d, token %d of %d, row %d",
                  weights.type, weights.rows, weights.cols, t, tokens, r)
              .isEqualTo(weights.canonical(r, x, at));
        }
        assertThat((double) actual)
            .isCloseTo(weights.exact(r, x, at), within(1e-6 * weights.magnitude(r, x, at) + 1e-30));
      }
    }
  }
}
