package dev.bourse.host;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.FailureKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes of processes. Thread safe. */
final class HostCounters {
  private final LongAdder started = new LongAdder();
  private final LongAdder finished = new LongAdder();
  private final Map<FailureKind, LongAdder> failed = new EnumMap<>(FailureKind.class);
  private final Map<Limit, LongAdder> limits = new EnumMap<>(Limit.class);

  HostCounters() {
    for (FailureKind kind : FailureKind.values()) {
      failed.put(kind, new LongAdder());
    }
    for (Limit limit : Limit.values()) {
      limits.put(limit, new LongAdder());
    }
  }

  void started() {
    started.increment();
  }

  void ended(InferletProcess process, Outcome outcome) {
    switch (outcome) {
      case Outcome.Finished ok -> finished.increment();
      case Outcome.Failed no -> count(failed, no.kind());
    }
    process.limitReached().ifPresent(limit -> count(limits, limit));
  }

  private static <K> void count(Map<K, LongAdder> counters, K key) {
    Objects.requireNonNull(counters.get(key)).increment();
  }

  long startedCount() {
    return started.sum();
  }

  long finishedCount() {
    return finished.sum();
  }

  Map<FailureKind, Long> failedCounts() {
    return sums(failed, FailureKind.class);
  }

  Map<Limit, Long> limitCounts() {
    return sums(limits, Limit.class);
  }

  private static <K extends Enum<K>> Map<K, Long> sums(Map<K, LongAdder> counters, Class<K> type) {
    Map<K, Long> sums = new EnumMap<>(type);
    counters.forEach((key, counter) -> sums.put(key, counter.sum()));
    return sums;
  }
}
