package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightMatrixTest {
  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
  void everyRowComesBackAfterRepacking(TensorType type) {
    TestWeights weights = TestWeights.random(type, 37, 160, 3);
    try (WorkerPool pool = new WorkerPool(2);
        WeightMatrix matrix = weights.repack(pool)) {
      float[] row = new float[160];
      for (int r = 0; r < 37; r++) {
        matrix.row(r, row);
        for (int c = 0; c < 160; c++) {
          int at = r * 160 + c;
          assertThat(row[c]).isEqualTo(weights.scales[at] * weights.plain[at]);
        }
      }
      assertThat(matrix.bytes()).isEqualTo(type.bytes(48 * 160));
    }
  }

  @Test
  void aTypeWithoutKernelsIsNamed() {
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThatThrownBy(
              () ->
                  WeightMatrix.repack(
                      "blk.0.ffn_up.weight",
                      TensorType.Q5_K,
                      256,
                      256,
                      MemorySegment.ofArray(new byte[1]),
                      pool))
          .hasMessageContaining("blk.0.ffn_up.weight")
          .hasMessageContaining("Q5_K")
          .hasMessageContaining("Q8_0");
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    try (WorkerPool pool = new WorkerPool(1)) {
      MemorySegment bytes = MemorySegment.ofArray(new byte[100]);
      assertThatThrownBy(() -> WeightMatrix.repack("w", TensorType.F32, 2, 33, bytes, pool))
          .hasMessageContaining("33 columns")
          .hasMessageContaining("multiple of 32");
      assertThatThrownBy(() -> WeightMatrix.repack("w", TensorType.F32, 2, 32, bytes, pool))
          .hasMessageContaining("256 bytes")
          .hasMessageContaining("100 bytes");
    }
  }

  @Test
  void aRowOutsideIsRefused() {
    TestWeights weights = TestWeights.random(TensorType.Q8_0, 17, 32, 3);
    try (WorkerPool pool = new WorkerPool(1);
        WeightMatrix matrix = weights.repack(pool)) {
      assertThatThrownBy(() -> matrix.row(17, new float[32]))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("17 rows");
    }
  }
}
