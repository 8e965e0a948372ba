package dev.bourse.sdk;

import java.util.List;

/**
 * Which texts a model may write. What each kind may contain says docs/constraints.md.
 *
 * {@snippet :
 * Generator answer = context.generate(Sampler.greedy()).constrain(Grammar.jsonSchema(schema));
 * }
 */
public sealed interface Grammar {

  /** The values that a JSON Schema (draft 2020-12) allows. */
  record JsonSchema(String schema) implements Grammar {}

  /** Any JSON. */
  record Json() implements Grammar {}

  /** The texts that match a regular expression as a whole. */
  record Regex(String expression) implements Grammar {}

  /** The texts that match the rule {@code root}. */
  record Ebnf(String rules) implements Grammar {}

  /** Calls of these tools, as the model's own template writes them. */
  record Calls(List<String> tools) implements Grammar {
    /** Copies the list. */
    public Calls {
      tools = List.copyOf(tools);
    }
  }

  static Grammar jsonSchema(String schema) {
    return new JsonSchema(schema);
  }

  static Grammar json() {
    return new Json();
  }

  static Grammar regex(String expression) {
    return new Regex(expression);
  }

  static Grammar ebnf(String rules) {
    return new Ebnf(rules);
  }

  /**
   * One call or more.
   *
   * @param tools JSON objects with {@code name}, {@code description} and {@code parameters}, a JSON
   *     Schema
   */
  static Grammar calls(String... tools) {
    return new Calls(List.of(tools));
  }
}
