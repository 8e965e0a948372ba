package dev.bourse.grammar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A context-free grammar over characters, whatever it was made from. Immutable, safe for use by
 * many threads.
 *
 * <p>A grammar is checked when it is made: every rule exists, no rule is left-recursive, and some
 * text matches. {@link CompiledGrammar} joins it with a vocabulary.
 */
public final class Grammar {

  /** The rule that a text as a whole must match. */
  static final String ROOT = "root";

  private final Map<String, Expression> rules;
  private final Automaton automaton;

  Grammar(Map<String, Expression> rules) {
    this.rules = new LinkedHashMap<>(rules);
    Limits.check("rules", rules.size(), Limits.RULES_MAX);
    GrammarCheck.check(this.rules);
    automaton = AutomatonBuilder.build(this.rules);
  }

  /**
   * The texts that match a regular expression as a whole. See docs/constraints.md for the syntax.
   *
   * @throws GrammarException with the offset of what is malformed or not supported
   */
  public static Grammar fromRegex(String regex) {
    Limits.check("characters", regex.length(), Limits.SOURCE_CHARS_MAX);
    return new Grammar(Map.of(ROOT, RegexParser.whole(regex)));
  }

  /**
   * The texts that match the rule {@code root}. See docs/constraints.md for the syntax.
   *
   * @throws GrammarException with the line and column of what is malformed
   */
  public static Grammar fromEbnf(String ebnf) {
    Limits.check("characters", ebnf.length(), Limits.SOURCE_CHARS_MAX);
    return new Grammar(EbnfParser.parse(ebnf));
  }

  Automaton automaton() {
    return automaton;
  }

  /** The grammar as EBNF, which {@link #fromEbnf} reads. */
  @Override
  public String toString() {
    return EbnfWriter.write(rules);
  }
}
