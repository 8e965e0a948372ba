package dev.bourse.grammar;

import java.util.Arrays;

/**
 * A nondeterministic automaton that is being built: states are numbers, edges carry a range of
 * symbols or nothing. A symbol is a byte or a character; from {@link #CALL} on it stands for
 * whatever a rule matches.
 */
final class Nfa {

  /** The first symbol beyond all characters: {@code CALL + r} is rule number {@code r}. */
  static final int CALL = Character.MAX_CODE_POINT + 1;

  /** The one state in which a text may end, of every rule. */
  static final int FINAL = 0;

  private static final int EPSILON = -1;

  private int[] head = new int[64];
  private int states;
  private int[] next = new int[64];
  private int[] first = new int[64];
  private int[] last = new int[64];
  private int[] target = new int[64];
  private int edges = 1; // edge 0 is the end of every list

  Nfa() {
    state();
  }

  int state() {
    Limits.check("states", states + 1L, Limits.NFA_STATES_MAX);
    if (states == head.length) {
      head = Arrays.copyOf(head, 2 * states);
    }
    return states++;
  }

  int states() {
    return states;
  }

  void edge(int from, int firstSymbol, int lastSymbol, int to) {
    if (edges == next.length) {
      next = Arrays.copyOf(next, 2 * edges);
      first = Arrays.copyOf(first, 2 * edges);
      last = Arrays.copyOf(last, 2 * edges);
      target = Arrays.copyOf(target, 2 * edges);
    }
    Limits.check("transitions", edges, 16L * Limits.NFA_STATES_MAX);
    next[edges] = head[from];
    first[edges] = firstSymbol;
    last[edges] = lastSymbol;
    target[edges] = to;
    head[from] = edges++;
  }

  void epsilon(int from, int to) {
    if (from != to) {
      edge(from, EPSILON, EPSILON, to);
    }
  }

  /** The first edge of a state, 0 for none. */
  int edges(int state) {
    return head[state];
  }

  /** The edge after this one of the same state, 0 for none. */
  int next(int edge) {
    return next[edge];
  }

  boolean isEpsilon(int edge) {
    return first[edge] == EPSILON;
  }

  int first(int edge) {
    return first[edge];
  }

  int last(int edge) {
    return last[edge];
  }

  int target(int edge) {
    return target[edge];
  }
}
