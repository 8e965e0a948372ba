package dev.bourse.grammar;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The decimal numbers within bounds, digit by digit and without exponents. While it reads, the
 * automaton knows how the magnitude compares with that of each bound, and the remainder of what it
 * has read.
 */
final class NumberAutomaton {

  private static final int STATES_MAX = 20_000;
  private static final int DIVISOR_MAX = 10_000;
  private static final String SYMBOLS = "-.0123456789";

  private enum Phase {
    START,
    SIGN,
    ZERO,
    WHOLE,
    POINT,
    FRACTION
  }

  /** After some characters. A comparison that is not needed stays as it was. */
  private record State(
      Phase phase, boolean negative, List<Comparison> comparisons, int remainder, int fraction) {}

  private final NumberBounds bounds;
  private final List<Bound> limits = new ArrayList<>();
  private final int divisor;

  /** Digits after the point that a multiple may have. */
  private final int places;

  /** A bound and what it says: of which sign the difference must be, and whether it may be zero. */
  private record Bound(BigDecimal value, int sign, boolean inclusive) {
    boolean allows(int difference) {
      return difference == 0 ? inclusive : Integer.signum(difference) == sign;
    }
  }

  NumberAutomaton(NumberBounds bounds) {
    this.bounds = bounds;
    bounds.minimum().ifPresent(value -> limits.add(new Bound(value, 1, true)));
    bounds.exclusiveMinimum().ifPresent(value -> limits.add(new Bound(value, 1, false)));
    bounds.maximum().ifPresent(value -> limits.add(new Bound(value, -1, true)));
    bounds.exclusiveMaximum().ifPresent(value -> limits.add(new Bound(value, -1, false)));
    BigDecimal of = multiple(bounds.multipleOf());
    places = of.scale();
    if (of.unscaledValue().compareTo(BigInteger.valueOf(DIVISOR_MAX)) > 0) {
      throw new GrammarException(
          "multipleOf %s takes more than %,d remainders".formatted(of, DIVISOR_MAX));
    }
    divisor = of.unscaledValue().intValue();
  }

  private static BigDecimal multiple(Optional<BigDecimal> of) {
    BigDecimal multiple = of.orElse(BigDecimal.ONE).stripTrailingZeros();
    return multiple.scale() < 0 ? multiple.setScale(0) : multiple;
  }

  CharacterDfa build() {
    List<State> states = new ArrayList<>();
    Map<State, Integer> known = new HashMap<>();
    List<int[]> rows = new ArrayList<>();
    BitSet accepting = new BitSet();
    List<Comparison> start =
        limits.stream().map(limit -> Comparison.with(limit.value.abs())).toList();
    states.add(new State(Phase.START, false, start, 0, 0));
    known.put(states.getFirst(), 0);
    for (int i = 0; i < states.size(); i++) {
      if (i > STATES_MAX) {
        throw new GrammarException(
            "the bounds and multiples of a number take more than %,d states".formatted(STATES_MAX));
      }
      accepting.set(i, accepts(states.get(i)));
      List<Integer> row = new ArrayList<>();
      for (int s = 0; s < SYMBOLS.length(); s++) {
        char c = SYMBOLS.charAt(s);
        State next = next(states.get(i), c);
        if (next != null) {
          Integer to = known.putIfAbsent(next, states.size());
          if (to == null) {
            to = states.size();
            states.add(next);
          }
          row.addAll(List.of((int) c, (int) c, to));
        }
      }
      rows.add(row.stream().mapToInt(Integer::intValue).toArray());
    }
    return new CharacterDfa(new Dfa(rows, accepting));
  }

  private @Nullable State next(State state, char c) {
    return switch (c) {
      case '-' ->
          state.phase == Phase.START ? new State(Phase.SIGN, true, state.comparisons, 0, 0) : null;
      case '.' ->
          !bounds.integer() && (state.phase == Phase.ZERO || state.phase == Phase.WHOLE)
              ? new State(
                  Phase.POINT,
                  state.negative,
                  state.comparisons.stream().map(Comparison::point).toList(),
                  state.remainder,
                  0)
              : null;
      default -> digit(state, c - '0');
    };
  }

  private @Nullable State digit(State state, int digit) {
    Phase phase =
        switch (state.phase) {
          case START, SIGN -> digit == 0 ? Phase.ZERO : Phase.WHOLE;
          case ZERO -> null;
          case WHOLE -> Phase.WHOLE;
          case POINT, FRACTION -> Phase.FRACTION;
        };
    if (phase == null) {
      return null;
    }
    boolean counts = phase != Phase.FRACTION || state.fraction < places;
    if (!counts && digit != 0 && bounds.multipleOf().isPresent()) {
      return null;
    }
    boolean multiples = bounds.multipleOf().isPresent();
    int remainder =
        multiples && counts ? (10 * state.remainder + digit) % divisor : state.remainder;
    int fraction =
        multiples && counts && phase == Phase.FRACTION ? state.fraction + 1 : state.fraction;
    return new State(
        phase,
        state.negative,
        state.comparisons.stream().map(comparison -> comparison.digit(digit)).toList(),
        remainder,
        fraction);
  }

  private boolean accepts(State state) {
    if (state.phase == Phase.START || state.phase == Phase.SIGN || state.phase == Phase.POINT) {
      return false;
    }
    for (int i = 0; i < limits.size(); i++) {
      if (!limits.get(i).allows(difference(state, i))) {
        return false;
      }
    }
    BigInteger scaled =
        BigInteger.valueOf(state.remainder).multiply(BigInteger.TEN.pow(places - state.fraction));
    return scaled.mod(BigInteger.valueOf(divisor)).signum() == 0;
  }

  /** The sign of the number minus the bound, from the comparison of their magnitudes. */
  private int difference(State state, int limit) {
    int bound = limits.get(limit).value.signum();
    int magnitudes = state.comparisons.get(limit).result();
    if (state.negative) {
      return bound > 0 ? -1 : -magnitudes;
    }
    return bound < 0 ? 1 : magnitudes;
  }
}
