package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From rules to an {@link Automaton}: makes it deterministic if that is affordable, removes what
 * leads to no end, and orders the rules so that none calls an earlier one before it has read.
 */
final class AutomatonBuilder {

  private final List<String> names;

  /** Before states are dropped and bytes classed: edges as in {@link Dfa}. */
  private final List<int[]> rows;

  private final List<int[]> jumps;
  private final BitSet accepting;
  private final int[] starts;
  private final int start;

  private AutomatonBuilder(
      List<String> names, List<int[]> rows, List<int[]> jumps, BitSet accepting, int[] starts) {
    this.names = names;
    this.rows = rows;
    this.jumps = jumps;
    this.accepting = accepting;
    this.starts = starts;
    start = starts[names.indexOf(Grammar.ROOT)];
  }

  static Automaton build(Map<String, Expression> rules) {
    List<String> names = List.copyOf(rules.keySet());
    NfaBuilder.Rules nfa = NfaBuilder.overBytes(rules);
    int root = names.indexOf(Grammar.ROOT);
    Optional<Determinizer.Result> dfa = Determinizer.run(nfa.nfa(), nfa.starts(), root);
    AutomatonBuilder builder =
        dfa.map(
                result ->
                    new AutomatonBuilder(
                        names,
                        result.dfa().rows(),
                        List.of(),
                        result.dfa().accepting(),
                        result.starts()))
            .orElseGet(() -> nondeterministic(names, nfa));
    return builder.build();
  }

  private static AutomatonBuilder nondeterministic(List<String> names, NfaBuilder.Rules rules) {
    Nfa nfa = rules.nfa();
    List<int[]> rows = new ArrayList<>();
    List<int[]> jumps = new ArrayList<>();
    // A state reads a byte in one way only: each edge is moved to a state of its own.
    for (int state = 0; state < nfa.states(); state++) {
      rows.add(new int[0]);
      jumps.add(new int[0]);
    }
    for (int state = 0; state < nfa.states(); state++) {
      List<Integer> reached = new ArrayList<>();
      for (int edge = nfa.edges(state); edge != 0; edge = nfa.next(edge)) {
        if (nfa.isEpsilon(edge)) {
          reached.add(nfa.target(edge));
        } else {
          reached.add(rows.size());
          rows.add(new int[] {nfa.first(edge), nfa.last(edge), nfa.target(edge)});
          jumps.add(new int[0]);
        }
      }
      jumps.set(state, reached.stream().mapToInt(Integer::intValue).toArray());
    }
    BitSet accepting = new BitSet();
    accepting.set(Nfa.FINAL);
    return new AutomatonBuilder(names, rows, jumps, accepting, rules.starts());
  }

  private int[] jumps(int state) {
    return jumps.isEmpty() ? NONE : jumps.get(state);
  }

  private static final int[] NONE = new int[0];

  private Automaton build() {
    BitSet productive = new Productive(rows, jumps, accepting, starts).states();
    if (!productive.get(start)) {
      throw new GrammarException("the grammar matches no text at all");
    }
    rows.replaceAll(row -> productiveEdges(row, productive));
    if (!jumps.isEmpty()) {
      jumps.replaceAll(row -> Arrays.stream(row).filter(productive::get).toArray());
    }
    int[] order = new LeftCalls(names, rows, jumps, starts).order();
    return assemble(order);
  }

  private int[] productiveEdges(int[] row, BitSet productive) {
    int[] kept = new int[row.length];
    int size = 0;
    for (int i = 0; i < row.length; i += 3) {
      boolean calls = row[i] >= Nfa.CALL;
      if (productive.get(row[i + 2]) && (!calls || productive.get(starts[row[i] - Nfa.CALL]))) {
        System.arraycopy(row, i, kept, size, 3);
        size += 3;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private Automaton assemble(int[] order) {
    int[] number = new int[starts.length];
    Arrays.fill(number, -1);
    int[] ruleStart = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      number[order[i]] = i;
      ruleStart[i] = starts[order[i]];
    }
    ByteClasses bytes = ByteClasses.of(rows);
    int states = rows.size();
    int[][] next = new int[states][];
    int[][] calls = new int[states][];
    int[][] jumped = new int[states][];
    boolean[] ends = new boolean[states];
    int[] reading = new int[bytes.count()];
    Arrays.fill(reading, -1);
    for (int state = 0; state < states; state++) {
      int[] row = rows.get(state);
      int bytesEnd = 0;
      while (bytesEnd < row.length && row[bytesEnd] < Nfa.CALL) {
        bytesEnd += 3;
      }
      next[state] = bytesEnd == 0 ? reading : bytes.row(row, bytesEnd);
      int[] called = new int[(row.length - bytesEnd) / 3 * 2];
      for (int i = bytesEnd, k = 0; i < row.length; i += 3) {
        called[k++] = number[row[i] - Nfa.CALL];
        called[k++] = row[i + 2];
      }
      calls[state] = called.length == 0 ? NONE : called;
      jumped[state] = jumps(state);
      ends[state] = accepting.get(state);
    }
    long[][] first = FirstBytes.of(next, calls, jumped, ruleStart, bytes.count());
    return new Automaton(
        start, bytes.classOf(), bytes.count(), next, calls, jumped, ends, ruleStart, first);
  }
}
