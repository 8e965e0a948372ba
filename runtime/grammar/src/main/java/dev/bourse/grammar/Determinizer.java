package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The subset construction, with a budget: some automata have exponentially many subsets. States are
 * found as they are needed; rules that are called are started from as well.
 */
final class Determinizer {

  private final Nfa nfa;
  private final List<int[]> subsets = new ArrayList<>();
  private final Map<Subset, Integer> known = new HashMap<>();
  private final List<int[]> rows = new ArrayList<>();
  private final BitSet accepting = new BitSet();
  private final int[] mark;
  private int marks;
  private long work;

  /** The members of a subset, ascending, as the key of a map. */
  @SuppressWarnings("ArrayRecordComponent") // compares members
  private record Subset(int[] members) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Subset that && Arrays.equals(members, that.members);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(members);
    }
  }

  /** The result: {@code starts} has the state of each rule, -1 for rules that are not called. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Result(Dfa dfa, int[] starts) {}

  private Determinizer(Nfa nfa) {
    this.nfa = nfa;
    mark = new int[nfa.states()];
  }

  /** Makes rules deterministic, or finds that it would cost too much. State 0 starts the root. */
  static Optional<Result> run(Nfa nfa, int[] ruleStarts, int root) {
    Determinizer determinizer = new Determinizer(nfa);
    int[] starts = new int[ruleStarts.length];
    Arrays.fill(starts, -1);
    starts[root] = determinizer.state(new int[] {ruleStarts[root]}, 1);
    for (int state = 0; state < determinizer.subsets.size(); state++) {
      int[] row = determinizer.row(determinizer.subsets.get(state));
      determinizer.rows.add(row);
      for (int i = 0; i < row.length; i += 3) {
        int rule = row[i] - Nfa.CALL;
        if (rule >= 0 && starts[rule] < 0) {
          starts[rule] = determinizer.state(new int[] {ruleStarts[rule]}, 1);
        }
      }
      if (determinizer.work > Limits.DFA_WORK_MAX
          || determinizer.subsets.size() > Limits.DFA_STATES_MAX) {
        return Optional.empty();
      }
    }
    return Optional.of(new Result(new Dfa(determinizer.rows, determinizer.accepting), starts));
  }

  /** The state of a set and all that is reached from it without a symbol. */
  private int state(int[] members, int count) {
    marks++;
    int[] queue = new int[Math.max(16, 2 * count)];
    int size = 0;
    for (int i = 0; i < count; i++) {
      if (mark[members[i]] != marks) {
        mark[members[i]] = marks;
        queue[size++] = members[i];
      }
    }
    int[] kept = new int[16];
    int keep = 0;
    for (int i = 0; i < size; i++) {
      boolean needed = queue[i] == Nfa.FINAL;
      for (int edge = nfa.edges(queue[i]); edge != 0; edge = nfa.next(edge)) {
        work++;
        if (!nfa.isEpsilon(edge)) {
          needed = true;
        } else if (mark[nfa.target(edge)] != marks) {
          mark[nfa.target(edge)] = marks;
          if (size == queue.length) {
            queue = Arrays.copyOf(queue, 2 * size);
          }
          queue[size++] = nfa.target(edge);
        }
      }
      if (needed) {
        if (keep == kept.length) {
          kept = Arrays.copyOf(kept, 2 * keep);
        }
        kept[keep++] = queue[i];
      }
    }
    int[] subset = Arrays.copyOf(kept, keep);
    Arrays.sort(subset);
    Integer state = known.putIfAbsent(new Subset(subset), subsets.size());
    if (state != null) {
      return state;
    }
    accepting.set(subsets.size(), keep > 0 && subset[0] == Nfa.FINAL);
    subsets.add(subset);
    return subsets.size() - 1;
  }

  private int[] row(int[] subset) {
    List<int[]> edges = new ArrayList<>();
    for (int member : subset) {
      for (int edge = nfa.edges(member); edge != 0; edge = nfa.next(edge)) {
        if (!nfa.isEpsilon(edge)) {
          edges.add(new int[] {nfa.first(edge), nfa.last(edge), nfa.target(edge)});
        }
      }
    }
    edges.sort((a, b) -> Integer.compare(a[0], b[0]));
    int[] cuts =
        edges.stream()
            .flatMapToInt(e -> Arrays.stream(new int[] {e[0], e[1] + 1}))
            .sorted()
            .distinct()
            .toArray();
    int[] row = new int[16];
    int size = 0;
    List<int[]> open = new ArrayList<>();
    int[] targets = new int[edges.size()];
    int entering = 0;
    for (int i = 0; i + 1 < cuts.length; i++) {
      int cut = cuts[i];
      open.removeIf(edge -> edge[1] < cut);
      while (entering < edges.size() && edges.get(entering)[0] <= cut) {
        open.add(edges.get(entering++));
      }
      if (open.isEmpty()) {
        continue;
      }
      work += open.size();
      if (work > Limits.DFA_WORK_MAX) {
        return new int[0]; // the caller gives up
      }
      for (int k = 0; k < open.size(); k++) {
        targets[k] = open.get(k)[2];
      }
      int to = state(targets, open.size());
      if (size > 0 && row[size - 1] == to && row[size - 2] == cut - 1 && cut < Nfa.CALL) {
        row[size - 2] = cuts[i + 1] - 1;
        continue;
      }
      if (size + 3 > row.length) {
        row = Arrays.copyOf(row, 2 * row.length);
      }
      row[size++] = cut;
      row[size++] = cuts[i + 1] - 1;
      row[size++] = to;
    }
    return Arrays.copyOf(row, size);
  }
}
