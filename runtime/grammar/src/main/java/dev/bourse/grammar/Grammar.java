package dev.bourse.grammar;

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
    Limits.check("rules", rules.size(), Limits.RULES_MAX);
    GrammarCheck.check(rules);
    this.rules = GrammarCheck.reachable(rules);
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
   * The values that a JSON Schema (draft 2020-12) allows. See docs/constraints.md for the keywords.
   *
   * @throws GrammarException with the JSON pointer of what is wrong or not supported
   */
  public static Grammar fromJsonSchema(String schema) {
    return fromJsonSchema(schema, SchemaOptions.DEFAULT);
  }

  /** The same, with what the schema leaves open. */
  public static Grammar fromJsonSchema(String schema, SchemaOptions options) {
    Limits.check("characters", schema.length(), Limits.SOURCE_CHARS_MAX);
    return new Grammar(SchemaCompiler.compile(schema, options));
  }

  /** All of JSON, with the usual white space. */
  public static Grammar json() {
    return fromJsonSchema("true");
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
