package dev.bourse.grammar;

/** What a grammar may cost. Whoever asks for more is refused with the numbers. */
final class Limits {

  /** Characters of a schema, regular expression or EBNF text. */
  static final int SOURCE_CHARS_MAX = 1 << 20;

  /** Rules of a grammar. */
  static final int RULES_MAX = 10_000;

  /** Parts (literals, classes, operators) of all rules together. */
  static final int PARTS_MAX = 200_000;

  /** Brackets inside brackets in a source, operators inside operators in a rule. */
  static final int NESTING_MAX = 200;

  /** The largest bound of a repetition. */
  static final int REPETITIONS_MAX = 50_000;

  /** States before they are made deterministic. */
  static final int NFA_STATES_MAX = 100_000;

  /** States afterwards; where more would be needed the grammar stays nondeterministic. */
  static final int DFA_STATES_MAX = 50_000;

  /** Work of making it deterministic, in members of subsets. */
  static final int DFA_WORK_MAX = 2_000_000;

  /** Alternatives that the matcher follows at the same time. */
  static final int ALTERNATIVES_MAX = 4_000;

  /** Rules inside rules in generated text; what would go deeper is masked. */
  static final int DEPTH_MAX = 4_000;

  private Limits() {}

  static void check(String what, long value, long max) {
    if (value > max) {
      throw GrammarException.limit(what, value, max);
    }
  }
}
