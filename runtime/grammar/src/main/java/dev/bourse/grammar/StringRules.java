package dev.bourse.grammar;

import static dev.bourse.grammar.Expression.literal;
import static dev.bourse.grammar.Expression.repeat;
import static dev.bourse.grammar.Expression.sequence;

import java.util.ArrayList;
import java.util.List;

/** Strings: their length, patterns and formats, all of which may have to hold at once. */
final class StringRules {

  private final SchemaCompiler compiler;
  private final String rule;
  private final List<SchemaPlace> facts;

  StringRules(SchemaCompiler compiler, String rule, List<SchemaPlace> facts) {
    this.compiler = compiler;
    this.rule = rule;
    this.facts = facts;
  }

  Expression expression() {
    int min = SchemaNumbers.atLeast(facts, "minLength");
    int max = SchemaNumbers.atMost(facts, "maxLength");
    List<Expression> languages = languages(facts);
    if (max < min) {
      return Expression.NOTHING;
    }
    boolean bounded = min > 0 || max < Expression.UNBOUNDED;
    if (languages.isEmpty()) {
      return bounded ? quoted(repeat(JsonText.CHARACTER, min, max)) : JsonText.STRING;
    }
    if (languages.size() == 1 && !bounded) {
      return quoted(JsonText.escaped(languages.getFirst()));
    }
    if (bounded) {
      languages.add(repeat(Expression.characters(CodePoints.ALL), min, max));
    }
    return quoted(all(compiler, rule + "_string_", languages));
  }

  /** What a string's patterns and formats match, as characters of the string. */
  static List<Expression> languages(List<SchemaPlace> facts) {
    List<Expression> languages = new ArrayList<>();
    for (SchemaPlace place : facts) {
      if (place.has("pattern")) {
        languages.add(pattern(place.at("pattern")));
      }
      if (place.has("format")) {
        languages.add(Formats.of(place.at("format")));
      }
    }
    return languages;
  }

  private static Expression pattern(SchemaPlace keyword) {
    if (!keyword.node().isString()) {
      throw keyword.problem("is not a string");
    }
    return found(keyword, keyword.node().stringValue());
  }

  /** A regular expression found anywhere in a string. */
  static Expression found(SchemaPlace place, String regex) {
    try {
      return RegexParser.found(regex);
    } catch (GrammarException e) {
      throw place.problem(String.valueOf(e.getMessage()));
    }
  }

  /** What all of some languages have in common, as it stands between quotation marks. */
  static Expression all(SchemaCompiler compiler, String prefix, List<Expression> languages) {
    CharacterDfa all = CharacterDfa.of(languages.getFirst());
    for (Expression other : languages.subList(1, languages.size())) {
      all = all.and(CharacterDfa.of(other));
    }
    return states(compiler, prefix, all);
  }

  /** The texts of an automaton, as they stand between quotation marks. */
  static Expression states(SchemaCompiler compiler, String prefix, CharacterDfa automaton) {
    List<Expression> rules = automaton.rules(prefix);
    for (int state = 0; state < rules.size(); state++) {
      compiler.define(prefix + state, JsonText.escaped(rules.get(state)));
    }
    return Expression.reference(prefix + 0);
  }

  static Expression quoted(Expression characters) {
    return sequence(literal("\""), characters, literal("\""));
  }
}
