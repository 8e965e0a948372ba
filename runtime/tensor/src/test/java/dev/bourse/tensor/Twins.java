package dev.bourse.tensor;

import java.util.stream.Stream;

/** The kernels under test; the adaptive ones switch while a test runs. */
final class Twins {
  private Twins() {}

  static Stream<Kernels> all() {
    return Stream.of(
        Kernels.scalar(), VectorKernels.INSTANCE, new AdaptiveKernels(VectorKernels.INSTANCE));
  }
}
