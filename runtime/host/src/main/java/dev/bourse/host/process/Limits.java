package dev.bourse.host.process;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** An inclusive upper bound for every {@link Limit}. Immutable. */
public final class Limits {

  /** Every limit at its default. */
  public static final Limits DEFAULT = new Limits(new EnumMap<>(Limit.class));

  private final EnumMap<Limit, Long> set;

  private Limits(EnumMap<Limit, Long> set) {
    this.set = set;
  }

  /** The bound of {@code limit}, in the unit its key ends in. */
  public long max(Limit limit) {
    return set.getOrDefault(limit, limit.defaultMax());
  }

  public int intMax(Limit limit) {
    return Math.toIntExact(max(limit));
  }

  /**
   * These limits with one changed.
   *
   * @throws IllegalArgumentException when {@code max} is not in 1 … {@link Limit#ceiling}
   */
  public Limits with(Limit limit, long max) {
    if (max < 1 || max > limit.ceiling()) {
      throw new IllegalArgumentException(
          "limit %s is %d, must be between 1 and %d".formatted(limit.key(), max, limit.ceiling()));
    }
    EnumMap<Limit, Long> copy = new EnumMap<>(set);
    copy.put(limit, max);
    return new Limits(copy);
  }

  /** The smaller bound of the two for every limit: what a program asks for, within what it may. */
  public Limits atMost(Limits other) {
    EnumMap<Limit, Long> smaller = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      smaller.put(limit, Math.min(max(limit), other.max(limit)));
    }
    return new Limits(smaller);
  }

  /**
   * These limits under an operator's: what he has set bounds what is set here, and holds where
   * nothing is.
   */
  public Limits within(Limits operator) {
    EnumMap<Limit, Long> both = new EnumMap<>(set);
    operator.set.forEach((limit, max) -> both.merge(limit, max, Math::min));
    return new Limits(both);
  }

  /**
   * Fails a process that takes too much.
   *
   * @throws LimitExceededException when {@code value} is above the bound
   */
  public void check(Limit limit, long value) {
    if (value > max(limit)) {
      throw new LimitExceededException(limit, max(limit), value);
    }
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Limits limits)) {
      return false;
    }
    for (Limit limit : Limit.values()) {
      if (max(limit) != limits.max(limit)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (Limit limit : Limit.values()) {
      hash = 31 * hash + Long.hashCode(max(limit));
    }
    return hash;
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(", ", "Limits[", "]");
    for (Limit limit : Limit.values()) {
      text.add(limit.key() + "=" + max(limit));
    }
    return text.toString();
  }

  /** For tests and listings: what differs from the defaults. */
  public Map<Limit, Long> changed() {
    return Map.copyOf(set);
  }
}
