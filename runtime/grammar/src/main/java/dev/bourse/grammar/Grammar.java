package dev.bourse.grammar;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

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

  /** Exactly this text. */
  public static Grammar text(String text) {
    Limits.check("characters", text.length(), Limits.SOURCE_CHARS_MAX);
    return new Grammar(Map.of(ROOT, Expression.literal(text)));
  }

  /**
   * The texts of all parts, one after the other.
   *
   * @throws GrammarException if that is too large together
   */
  public static Grammar sequence(Grammar... parts) {
    return composed(List.of(parts), Expression::sequence);
  }

  /**
   * The texts of any one part.
   *
   * @throws GrammarException if that is too large together, or there is none
   */
  public static Grammar anyOf(List<Grammar> parts) {
    return composed(parts, Expression::choice);
  }

  /** One or more items with a separator between any two. */
  public static Grammar list(Grammar item, Grammar separator) {
    return composed(
        List.of(item, separator),
        roots -> {
          Expression more = Expression.sequence(roots.getLast(), roots.getFirst());
          return Expression.sequence(roots.getFirst(), Expression.star(more));
        });
  }

  private static Grammar composed(
      List<Grammar> parts, Function<List<Expression>, Expression> root) {
    return new Grammar(Composition.of(parts.stream().map(part -> part.rules).toList(), root));
  }

  /** How much memory it takes, about, in bytes. */
  public long bytes() {
    return automaton.bytes();
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
