package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sets of texts over characters, as deterministic automata: intersection and difference, which
 * expressions do not have.
 */
final class CharacterDfa {

  private static final int STATES_MAX = 20_000;

  private final Dfa dfa;

  CharacterDfa(Dfa dfa) {
    this.dfa = dfa;
  }

  /**
   * The texts of an expression without references.
   *
   * @throws GrammarException if it takes too many states
   */
  static CharacterDfa of(Expression expression) {
    NfaBuilder.Rules nfa = NfaBuilder.overCharacters(expression);
    Optional<Determinizer.Result> result = Determinizer.run(nfa.nfa(), nfa.starts(), 0);
    return new CharacterDfa(result.orElseThrow(CharacterDfa::tooLarge).dfa());
  }

  CharacterDfa and(CharacterDfa other) {
    return product(other, false);
  }

  CharacterDfa minus(CharacterDfa other) {
    return product(other, true);
  }

  boolean contains(String text) {
    int state = 0;
    for (int i = 0; state >= 0 && i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      state = dfa.next(state, text.codePointAt(i));
    }
    return state >= 0 && dfa.accepting().get(state);
  }

  boolean isEmpty() {
    return dfa.accepting().isEmpty(); // every state is reached from the start
  }

  /** States of both at once; -1 is where the other one has failed. */
  private CharacterDfa product(CharacterDfa other, boolean minus) {
    List<long[]> pairs = new ArrayList<>();
    Map<Long, Integer> known = new HashMap<>();
    List<int[]> rows = new ArrayList<>();
    BitSet accepting = new BitSet();
    known.put(1L, 0);
    pairs.add(new long[] {0, 0});
    for (int i = 0; i < pairs.size(); i++) {
      if (i > STATES_MAX) {
        throw tooLarge();
      }
      int a = (int) pairs.get(i)[0];
      int b = (int) pairs.get(i)[1];
      boolean bAccepts = b >= 0 && other.dfa.accepting().get(b);
      accepting.set(i, dfa.accepting().get(a) && bAccepts != minus);
      List<int[]> row = new ArrayList<>();
      int[] edges = dfa.rows().get(a);
      for (int e = 0; e < edges.length; e += 3) {
        for (int[] piece : other.pieces(b, edges[e], edges[e + 1])) {
          if (piece[2] >= 0 || minus) {
            long key = (long) edges[e + 2] << 32 | (piece[2] + 1L);
            int to = edges[e + 2];
            Integer state = known.putIfAbsent(key, pairs.size());
            if (state == null) {
              state = pairs.size();
              pairs.add(new long[] {to, piece[2]});
            }
            row.add(new int[] {piece[0], piece[1], state});
          }
        }
      }
      rows.add(row.stream().flatMapToInt(Arrays::stream).toArray());
    }
    return new CharacterDfa(new Dfa(rows, accepting));
  }

  /** A range of symbols, cut where the edges of a state begin and end; target -1 for none. */
  private List<int[]> pieces(int state, int first, int last) {
    List<int[]> pieces = new ArrayList<>();
    int from = first;
    int[] row = state < 0 ? new int[0] : dfa.rows().get(state);
    for (int i = 0; i < row.length && from <= last; i += 3) {
      if (row[i + 1] < from || row[i] > last) {
        continue;
      }
      if (row[i] > from) {
        pieces.add(new int[] {from, row[i] - 1, -1});
        from = row[i];
      }
      int to = Math.min(last, row[i + 1]);
      pieces.add(new int[] {from, to, row[i + 2]});
      from = to + 1;
    }
    if (from <= last) {
      pieces.add(new int[] {from, last, -1});
    }
    return pieces;
  }

  /**
   * The automaton as expressions: for each state what may follow, as references to other states.
   */
  List<Expression> rules(String prefix) {
    List<Expression> rules = new ArrayList<>();
    for (int state = 0; state < dfa.rows().size(); state++) {
      Map<Integer, List<int[]>> ranges = new TreeMap<>();
      int[] row = dfa.rows().get(state);
      for (int i = 0; i < row.length; i += 3) {
        ranges
            .computeIfAbsent(row[i + 2], to -> new ArrayList<>())
            .add(new int[] {row[i], row[i + 1]});
      }
      List<Expression> alternatives = new ArrayList<>();
      ranges.forEach(
          (to, set) ->
              alternatives.add(
                  Expression.sequence(
                      Expression.characters(CodePoints.ofRanges(set)),
                      Expression.reference(prefix + to))));
      if (dfa.accepting().get(state)) {
        alternatives.add(Expression.EMPTY);
      }
      rules.add(Expression.choice(alternatives));
    }
    return rules;
  }

  private static GrammarException tooLarge() {
    return new GrammarException(
        "the constraints on a string take more than %,d states together; simplify the pattern"
            .formatted(STATES_MAX));
  }
}
