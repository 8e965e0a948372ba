package dev.bourse.grammar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The classes of bytes that may come first in each state, through calls and jumps. */
final class FirstBytes {

  private FirstBytes() {}

  static long[][] of(int[][] next, int[][] calls, int[][] jumps, int[] ruleStart, int classes) {
    int states = next.length;
    int words = (classes + 63) / 64;
    long[][] first = new long[states][words];
    List<List<Integer>> users = new ArrayList<>();
    Deque<Integer> news = new ArrayDeque<>();
    for (int state = 0; state < states; state++) {
      users.add(new ArrayList<>(1));
      for (int c = 0; c < classes; c++) {
        if (next[state][c] >= 0) {
          first[state][c >> 6] |= 1L << c;
        }
      }
      news.add(state);
    }
    for (int state = 0; state < states; state++) {
      for (int i = 0; i < calls[state].length; i += 2) {
        users.get(ruleStart[calls[state][i]]).add(state);
      }
      for (int jump : jumps[state]) {
        users.get(jump).add(state);
      }
    }
    while (!news.isEmpty()) {
      int state = news.poll();
      for (int user : users.get(state)) {
        boolean grew = false;
        for (int w = 0; w < words; w++) {
          long with = first[user][w] | first[state][w];
          grew |= with != first[user][w];
          first[user][w] = with;
        }
        if (grew) {
          news.add(user);
        }
      }
    }
    return first;
  }
}
