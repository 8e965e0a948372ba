package dev.bourse.tensor;

import java.util.stream.Stream;

/** The kernels under test. */
final class Twins {
  private Twins() {}

  static Stream<Kernels> all() {
    return Stream.of(Kernels.scalar());
  }
}
