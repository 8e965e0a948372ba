package dev.bourse.grammar;

/**
 * A grammar as a pushdown automaton over bytes. A state has edges that read a byte and edges that
 * call a rule: the state to go on in when the rule has ended is pushed, and the rule's start is
 * entered. Every state leads to an end, and what a rule calls before it reads anything has a higher
 * number than itself, so that nothing is left-recursive.
 *
 * <p>Bytes that no state distinguishes form a class; everything below counts in classes.
 *
 * @param start where the root starts
 * @param classOf the class of each byte
 * @param classes how many classes there are
 * @param next for each state and class the next state or -1
 * @param calls for each state pairs of a rule and the state after it
 * @param jumps for each state the states that it is as well; empty if the automaton could be made
 *     deterministic
 * @param accepting whether a rule may end in a state
 * @param ruleStart where each rule starts
 * @param first for each state the set of classes, as bits, that it or a rule it calls may read
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares automata; the columns are read only
record Automaton(
    int start,
    byte[] classOf,
    int classes,
    int[][] next,
    int[][] calls,
    int[][] jumps,
    boolean[] accepting,
    int[] ruleStart,
    long[][] first) {

  boolean isDeterministic() {
    for (int[] jump : jumps) {
      if (jump.length > 0) {
        return false;
      }
    }
    return true;
  }

  int states() {
    return accepting.length;
  }

  boolean mayRead(int state, int byteClass) {
    return (first[state][byteClass >> 6] >>> byteClass & 1) != 0;
  }

  boolean reads(int state) {
    for (long word : first[state]) {
      if (word != 0) {
        return true;
      }
    }
    return false;
  }

  /** Memory of the columns, about. */
  long bytes() {
    long ints = 0;
    for (int state = 0; state < states(); state++) {
      ints += next[state].length + calls[state].length + jumps[state].length;
      ints += 2L * first[state].length;
    }
    return 4 * ints + 100L * states();
  }

  int classOf(byte b) {
    return classOf[b & 0xFF] & 0xFF;
  }
}
