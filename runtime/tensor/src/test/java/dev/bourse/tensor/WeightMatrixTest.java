package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WeightMatrixTest {
  static Stream<TensorType> supported() {
    return Stream.of(TensorType.values()).filter(TensorType::supported);
  }

  @ParameterizedTest
  @MethodSource("supported")
  void everyRowComesBackAfterRepacking(TensorType type) {
    TestWeights weights = TestWeights.random(type, 37, 512, 3);
    try (WorkerPool pool = new WorkerPool(2);
        WeightMatrix matrix = weights.repack(pool)) {
      float[] row = new float[512];
      for (int r = 0; r < 37; r++) {
        matrix.row(r, row, 0, new Scratch());
        for (int c = 0; c < 512; c++) {
          assertThat(row[c]).isEqualTo(weights.value(r, c));
        }
      }
    }
  }

  /** What a product reads is what the file has, but for scales that take whole bytes here. */
  @ParameterizedTest
  @CsvSource({
    "F32, 1",
    "Q8_0, 1",
    "Q4_0, 1",
    "Q5_1, 1",
    "Q6_K, 1",
    "Q2_K, 1",
    "MXFP4, 1",
    "Q4_K, 1.03",
    "Q5_K, 1.03",
    "Q3_K, 1.04",
    "IQ4_XS, 1.02"
  })
  void theSizeIsThatOfTheFile(TensorType type, double factor) {
    TestWeights weights = TestWeights.random(type, 48, 256, 3);
    try (WorkerPool pool = new WorkerPool(1);
        WeightMatrix matrix = weights.repack(pool)) {
      double bytes = type.bytes(48 * 256);
      assertThat((double) matrix.bytes()).isBetween(bytes, factor * bytes);
    }
  }

  @Test
  void aTypeWithoutKernelsIsNamed() {
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThatThrownBy(
              () ->
                  WeightMatrix.repack(
                      "blk.0.ffn_up.weight",
                      TensorType.IQ1_S,
                      256,
                      256,
                      MemorySegment.ofArray(new byte[1]),
                      pool))
          .hasMessageContaining("blk.0.ffn_up.weight")
          .hasMessageContaining("IQ1_S")
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
      assertThatThrownBy(() -> matrix.row(17, new float[32], 0, new Scratch()))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("17 rows");
    }
  }
}
