package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * The states from which the end of their rule can be reached. A call counts if the rule can end and
 * the state after it is such a state; found backwards from the ends, each edge twice at most.
 */
final class Productive {

  private final BitSet productive = new BitSet();
  private final Deque<Integer> news = new ArrayDeque<>();

  /** For each state, the states whose edges lead to it, each with the rule called or -1. */
  private final List<List<int[]>> into = new ArrayList<>();

  private final int[] starts;

  Productive(List<int[]> rows, List<int[]> jumps, BitSet accepting, int[] starts) {
    this.starts = starts;
    for (int state = 0; state < rows.size(); state++) {
      into.add(new ArrayList<>(2));
    }
    for (int state = 0; state < rows.size(); state++) {
      int[] row = rows.get(state);
      for (int i = 0; i < row.length; i += 3) {
        int rule = row[i] >= Nfa.CALL ? row[i] - Nfa.CALL : -1;
        into.get(row[i + 2]).add(new int[] {state, rule});
        if (rule >= 0) {
          // The end of the rule is as good a reason to look at the edge again.
          into.get(starts[rule]).add(new int[] {state, rule, row[i + 2]});
        }
      }
      for (int jump : jumps.isEmpty() ? new int[0] : jumps.get(state)) {
        into.get(jump).add(new int[] {state, -1});
      }
    }
    accepting.stream().forEach(this::add);
  }

  BitSet states() {
    while (!news.isEmpty()) {
      for (int[] edge : into.get(news.pop())) {
        boolean ruleEnds = edge[1] < 0 || productive.get(starts[edge[1]]);
        boolean goesOn = edge.length < 3 || productive.get(edge[2]);
        if (ruleEnds && goesOn) {
          add(edge[0]);
        }
      }
    }
    return productive;
  }

  private void add(int state) {
    if (!productive.get(state)) {
      productive.set(state);
      news.push(state);
    }
  }
}
