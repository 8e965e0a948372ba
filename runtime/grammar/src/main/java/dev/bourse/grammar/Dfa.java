package dev.bourse.grammar;

import java.util.BitSet;
import java.util.List;

/**
 * A deterministic automaton. State 0 is where it starts.
 *
 * @param rows for each state its edges, by ascending symbols that do not overlap: first symbol,
 *     last symbol, target, and the next edge
 * @param accepting the states in which a text may end
 */
record Dfa(List<int[]> rows, BitSet accepting) {

  /** Where a symbol leads to from a state, -1 for nowhere. */
  int next(int state, int symbol) {
    int[] row = rows.get(state);
    for (int i = 0; i < row.length; i += 3) {
      if (symbol >= row[i] && symbol <= row[i + 1]) {
        return row[i + 2];
      }
    }
    return -1;
  }
}
