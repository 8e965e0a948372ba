package dev.bourse.host.abi;

/**
 * The core values of one call, read from left to right. Chicory hands every value over as its raw
 * bits in a {@code long}, so the ABI's reinterpretations between types of a variant cost nothing.
 */
final class FlatValues {
  private final long[] values;
  private int next;

  FlatValues(long[] values) {
    this.values = values;
  }

  int i32() {
    return (int) values[next++];
  }

  long i64() {
    return values[next++];
  }

  float f32() {
    return Float.intBitsToFloat((int) values[next++]);
  }

  double f64() {
    return Double.longBitsToDouble(values[next++]);
  }

  int position() {
    return next;
  }

  /** Skips what another case of a variant would have used. */
  void moveTo(int position) {
    next = position;
  }
}
