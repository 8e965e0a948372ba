package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A warm kernel allocates nothing. A vector kernel that does has a vector the compiler could not
 * keep in a register, and is ten times slower than it looks.
 */
@Timeout(300)
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Rounds until the compiler must have come round to it, even on a busy machine. */
  private static final int ROUNDS_MAX = 20_000;

  private static final int CALLS = 20;

  /** What reading the counter itself may cost. */
  private static final long NOISE_BYTES = 256;

  static Stream<WarmUp.Exercise> exercises() {
    return Stream.of(
        WarmUp.matmul(BlockFormat.Q8_0, 1),
        WarmUp.matmul(BlockFormat.Q8_0, 8),
        WarmUp.matmul(BlockFormat.Q8_0, 72),
        WarmUp.matmul(BlockFormat.Q4_0, 1),
        WarmUp.matmul(BlockFormat.Q4_0, 8),
        WarmUp.matmul(BlockFormat.F16, 8),
        WarmUp.matmul(BlockFormat.BF16, 8),
        WarmUp.matmul(BlockFormat.F32, 8),
        WarmUp.attention(),
        WarmUp.elementwise());
  }

  @ParameterizedTest
  @MethodSource("exercises")
  void aWarmVectorKernelAllocatesNothing(WarmUp.Exercise exercise) {
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS_MAX && allocated > NOISE_BYTES; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        exercise.run(VectorKernels.INSTANCE);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).isLessThanOrEqualTo(NOISE_BYTES);
  }
}
