package dev.bourse.bench;

import java.util.ArrayList;
import java.util.List;

/** Durations of the same thing, measured again and again. */
final class Times {
  private final List<Long> nanos = new ArrayList<>();

  void add(long duration) {
    nanos.add(duration);
  }

  double medianMicros() {
    return percentileMicros(50);
  }

  /** What {@code percent} of a hundred durations do not exceed. */
  double percentileMicros(int percent) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get(Math.ceilDiv(percent * sorted.size(), 100) - 1) / 1e3;
  }
}
