package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

  static Stream<Arguments> exercises() {
    return Stream.concat(
        Stream.of(BlockFormat.values())
            .flatMap(
                format ->
                    IntStream.of(1, 8, VectorMatmul.FUSED_TOKENS_MAX + 8)
                        .mapToObj(
                            tokens ->
                                Arguments.of(
                                    format + ", tokens: " + tokens,
                                    WarmUp.matmul(format, tokens)))),
        Stream.of(
            Arguments.of("attention", WarmUp.attention()),
            Arguments.of("elementwise", WarmUp.elementwise()),
            Arguments.of("tanh", WarmUp.tanh())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("exercises")
  void aWarmVectorKernelAllocatesNothing(String name, WarmUp.Exercise exercise) {
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS_MAX && allocated > NOISE_BYTES; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        exercise.run(VectorKernels.INSTANCE);
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(allocated).as(name).isLessThanOrEqualTo(NOISE_BYTES);
  }
}
