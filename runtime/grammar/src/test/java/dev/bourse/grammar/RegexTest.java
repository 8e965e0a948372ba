package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Regular expressions, against {@code java.util.regex}. */
class RegexTest {

  /** Expressions whose texts over a, b, 1 and - are compared one by one. */
  static final List<String> EXPRESSIONS =
      List.of(
          "a",
          "ab",
          "a|b",
          "a*",
          "a+",
          "a?",
          "(ab)*",
          "(a|b)*",
          "a{2}",
          "a{2,}",
          "a{1,3}",
          "[ab]",
          "[^a]",
          "[a-b1]",
          ".",
          ".*",
          "a.b",
          "\\d",
          "\\d+",
          "\\D",
          "\\w",
          "\\W",
          "\\w+-\\w+",
          "^a$",
          "^a",
          "a$",
          "^(a|b)$",
          "(^a|^b)",
          "(a$|b$)",
          "a*b*",
          "(a*)*",
          "(a|aa)*b",
          "(a*)+1",
          "(a|ab)(1|b1)",
          "(?:a|b)1",
          "(?<n>a)1",
          "a*?",
          "a+?b",
          "(a|b)*a(a|b)",
          "(a|b)*a(a|b){2}",
          "[\\d-]+",
          "[a\\-1]+",
          "[^\\d]",
          "[^\\w]*",
          "[-a]",
          "[a-]",
          "a{0}",
          "a{0,2}b",
          "(a{2}){2}",
          "((a|b){2}){0,2}",
          "(a?){3}",
          "(a?b?)*",
          "(|a)b",
          "(a|)b",
          "a|",
          "|a",
          "()",
          "()*a",
          "(a*b){2,3}",
          "\\p{L}",
          "\\p{Ll}+",
          "\\P{L}",
          "\\p{Nd}a",
          "[\\p{L}\\d]+",
          "\\x61",
          "\\u0061b",
          "a{3,}|b{2}",
          "(aa)+",
          "(aaa)*(aa)?",
          "1?(a|b1)*-?",
          "(1(a|b)-)*",
          "(-|1)?a+b{1,2}",
          "\\-",
          "(((a)))",
          "((a|b)|1)*",
          "a(b(1(-)?)?)?",
          "(ab|a)(b|bb)?",
          "[a-a]",
          "(a|a)",
          "(a|b|1|-){3}",
          "a{1}b{1}",
          "(?:)",
          "(?:a?){0,3}",
          "(a+b+)+",
          "(a+|b)*1",
          "-?(1|1a*)",
          "[ab]{2}[1-]?");

  @TestFactory
  Stream<DynamicTest> everyTextAndEveryBitAgrees() {
    return EXPRESSIONS.stream()
        .map(
            regex ->
                DynamicTest.dynamicTest(
                    regex,
                    () -> {
                      Pattern pattern = Pattern.compile(regex);
                      BruteForce force =
                          new BruteForce(
                              Grammar.fromRegex(regex),
                              "ab1-",
                              5,
                              text -> pattern.matcher(text).matches());
                      force.check();
                    }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '"',
      value = {
        "(?=a)b ¦ lookahead ¦ 0",
        "a(?!b) ¦ lookahead ¦ 1",
        "(?<=a)b ¦ lookbehind ¦ 0",
        "(?<!a)b ¦ lookbehind ¦ 0",
        "(a)\\1 ¦ back references ¦ 3",
        "(?<n>a)\\k<n> ¦ back references ¦ 7",
        "a++ ¦ possessive ¦ 2",
        "a?+ ¦ possessive ¦ 2",
        "(?>a) ¦ atomic ¦ 0",
        "(?i)a ¦ inline flags ¦ 0",
        "\\bword ¦ word boundaries ¦ 0",
        "a^b ¦ anchor '^' ¦ 1",
        "a$b ¦ anchor '$' ¦ 2",
        "(^a)* ¦ anchor inside a repetition ¦ 0",
        "(^a|b) ¦ some alternatives ¦ 0",
        "(a ¦ not closed ¦ 0",
        "a) ¦ closes nothing ¦ 1",
        "[a ¦ not closed ¦ 0",
        "[] ¦ empty class ¦ 0",
        "[b-a] ¦ wrong order ¦ 1",
        "[a[b]] ¦ different dialects ¦ 2",
        "[a&&b] ¦ different dialects ¦ 2",
        "*a ¦ repeats nothing ¦ 0",
        "a** ¦ quantifier after ¦ 2",
        "a{2,1} ¦ wrong order ¦ 1",
        "a{x} ¦ '{' does not begin ¦ 1",
        "{ ¦ repeats nothing ¦ 0",
        "a{99999} ¦ too large ¦ 1",
        "\\ ¦ backslash at the end ¦ 0",
        "\\q ¦ escape \\q ¦ 0",
        "\\x1 ¦ hexadecimal ¦ 0",
        "\\p{Greek} ¦ property 'Greek' ¦ 0",
        "\\pL ¦ in braces ¦ 0",
        "\\01 ¦ octal ¦ 0",
        "\\uD800 ¦ surrogate ¦ 0"
      })
  void whatIsNotRegularIsRefusedByName(String regex, String what, int offset) {
    assertThatThrownBy(() -> Grammar.fromRegex(regex))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(what)
        .hasMessageContaining("offset " + offset);
  }

  @Test
  void charactersAreWholeWhateverTheirBytes() {
    CompiledGrammar grammar =
        new CompiledGrammar(Grammar.fromRegex("[ä-öß]+|[€😀]|日本"), Vocabularies.of());
    for (String text : List.of("ä", "öß", "€", "😀", "日本")) {
      assertThat(Vocabularies.matches(grammar, text)).as(text).isTrue();
    }
    for (String text : List.of("a", "ü", "日", "€€", "😁")) {
      assertThat(Vocabularies.matches(grammar, text)).as(text).isFalse();
    }
  }

  @Test
  void whatIsExponentialElsewhereIsRefusedOrFast() {
    Grammar grammar = Grammar.fromRegex("(a|b)*a(a|b){40}");
    CompiledGrammar compiled = new CompiledGrammar(grammar, Vocabularies.small(List.of("a", "b")));
    assertThat(Vocabularies.matches(compiled, "ab".repeat(100) + "b".repeat(40))).isFalse();
    assertThat(Vocabularies.matches(compiled, "ab".repeat(100) + "a" + "b".repeat(40))).isTrue();
    assertThatThrownBy(() -> Grammar.fromRegex("((a{1000}){1000}){1000}"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("at most 100,000");
  }

  @AfterAll
  static void count() {
    BruteForce.printCounts();
  }
}
