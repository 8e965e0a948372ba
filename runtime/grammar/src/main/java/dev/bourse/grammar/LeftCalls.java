package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Which rules a rule calls before it has read anything. The order puts every rule before those; a
 * circle is a left recursion, which is refused.
 */
final class LeftCalls {

  private final List<String> names;
  private final List<int[]> rows;
  private final List<int[]> jumps;
  private final int[] starts;

  LeftCalls(List<String> names, List<int[]> rows, List<int[]> jumps, int[] starts) {
    this.names = names;
    this.rows = rows;
    this.jumps = jumps;
    this.starts = starts;
  }

  /** Every rule that starts somewhere, callers first. */
  int[] order() {
    int[][] calls = new int[starts.length][];
    for (int rule = 0; rule < starts.length; rule++) {
      calls[rule] = starts[rule] < 0 ? new int[0] : callsAt(starts[rule]);
    }
    List<Integer> finished = new ArrayList<>();
    int[] done = new int[starts.length]; // how many calls were followed; -1 for all
    for (int rule = 0; rule < starts.length; rule++) {
      if (starts[rule] >= 0 && done[rule] == 0) {
        visit(rule, calls, done, finished);
      }
    }
    Collections.reverse(finished);
    return finished.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A depth-first search without recursion: a hostile grammar is as deep as it has rules. */
  private void visit(int from, int[][] calls, int[] done, List<Integer> finished) {
    List<Integer> path = new ArrayList<>(List.of(from));
    BitSet onPath = new BitSet();
    onPath.set(from);
    while (!path.isEmpty()) {
      int rule = path.getLast();
      if (done[rule] == calls[rule].length) {
        done[rule] = -1;
        finished.add(rule);
        onPath.clear(path.removeLast());
        continue;
      }
      int called = calls[rule][done[rule]++];
      if (onPath.get(called)) {
        throw leftRecursion(path.subList(path.indexOf(called), path.size()));
      }
      if (done[called] >= 0) {
        path.add(called);
        onPath.set(called);
      }
    }
  }

  private GrammarException leftRecursion(List<Integer> circle) {
    StringBuilder text = new StringBuilder();
    for (int rule : circle.subList(0, Math.min(8, circle.size()))) {
      text.append(names.get(rule)).append(" → ");
    }
    return new GrammarException(
        "left recursion: "
            + text
            + (circle.size() > 8 ? "… → " : "")
            + names.get(circle.getFirst())
            + "; write the repetition with * or +, or put the reference last");
  }

  private int[] callsAt(int start) {
    LinkedHashSet<Integer> called = new LinkedHashSet<>();
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(start));
    while (!open.isEmpty()) {
      int state = open.pop();
      if (seen.get(state)) {
        continue;
      }
      seen.set(state);
      int[] row = rows.get(state);
      for (int i = 0; i < row.length; i += 3) {
        if (row[i] >= Nfa.CALL) {
          called.add(row[i] - Nfa.CALL);
        }
      }
      if (!jumps.isEmpty()) {
        Arrays.stream(jumps.get(state)).forEach(open::push);
      }
    }
    return called.stream().mapToInt(Integer::intValue).toArray();
  }
}
