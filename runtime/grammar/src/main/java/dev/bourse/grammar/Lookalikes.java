package dev.bourse.grammar;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which states agree on every token of at most {@link #BYTES} bytes, and so can share what is known
 * about these: partition refinement, a round for each byte. A string of at most 100 characters has
 * a state for each length, and all but the last few are alike.
 */
final class Lookalikes {

  /** Hardly any token is longer. */
  static final int BYTES = 16;

  /** States times classes of bytes; a grammar with more does without. */
  private static final long WORK_MAX = 1_000_000;

  /** What a round knows of a state: its class, and those of the states after it. */
  @SuppressWarnings("ArrayRecordComponent") // compares elements
  private record Signature(int[] parts) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Signature that && Arrays.equals(parts, that.parts);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(parts);
    }
  }

  private Lookalikes() {}

  /** For each state the first one that is like it. */
  static int[] of(Automaton automaton, CallSites sites) {
    int states = automaton.states();
    int[] classes = new int[states];
    if (!automaton.isDeterministic() || (long) states * automaton.classes() > WORK_MAX) {
      Arrays.setAll(classes, state -> state);
      return classes;
    }
    Map<Object, Integer> first = new HashMap<>();
    for (int state = 0; state < states; state++) {
      Object start = Map.entry(automaton.accepting()[state], sites.rules(state));
      classes[state] = first.computeIfAbsent(start, key -> first.size());
    }
    int before = 0;
    for (int round = 0; round < BYTES && first.size() > before; round++) {
      before = first.size();
      first.clear();
      int[] refined = new int[states];
      for (int state = 0; state < states; state++) {
        Signature signature = signature(automaton, state, classes);
        Integer known = first.putIfAbsent(signature, first.size());
        refined[state] = known == null ? first.size() - 1 : known;
      }
      classes = refined;
    }
    int[] representatives = new int[first.size()];
    Arrays.fill(representatives, -1);
    for (int state = 0; state < states; state++) {
      int number = classes[state];
      if (representatives[number] < 0) {
        representatives[number] = state;
      }
      classes[state] = representatives[number];
    }
    return classes;
  }

  private static Signature signature(Automaton automaton, int state, int[] classes) {
    int[] next = automaton.next()[state];
    int[] calls = automaton.calls()[state];
    int[] parts = new int[1 + next.length + calls.length];
    parts[0] = classes[state];
    for (int c = 0; c < next.length; c++) {
      parts[1 + c] = next[c] < 0 ? -1 : classes[next[c]];
    }
    for (int i = 0; i < calls.length; i += 2) {
      parts[1 + next.length + i] = calls[i];
      parts[2 + next.length + i] = classes[calls[i + 1]];
    }
    return new Signature(parts);
  }
}
