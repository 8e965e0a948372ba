package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EBNF, against a recognizer that follows the definition. */
class EbnfTest {

  /** Grammars over a, b and c: regular, nested, ambiguous, with rules that match nothing. */
  static final List<String> GRAMMARS =
      List.of(
          "root ::= \"a\"",
          "root ::= \"a\" | \"ab\" | \"abc\"",
          "root ::= \"a\"* \"b\"+ \"c\"?",
          "root ::= [a-b]{2,3}",
          "root ::= [^a]{1,2}",
          "root ::= \"\" | \"a\" root",
          "root ::= \"a\" root \"b\" | \"\"",
          "root ::= \"a\" root \"b\" | \"c\"",
          "root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"c\"",
          "root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"\"",
          "root ::= \"a\" root root | \"b\"",
          "root ::= (\"a\" root \"b\")*",
          "root ::= x y\nx ::= \"a\"*\ny ::= \"a\"* \"b\"",
          "root ::= x x x\nx ::= \"a\"?",
          "root ::= x | y\nx ::= \"a\" x \"b\" | \"a\" \"b\"\ny ::= \"a\" y \"b\" \"b\" | \"a\" \"b\" \"b\"",
          "root ::= x \"c\" | y \"b\"\nx ::= \"a\" x | \"a\"\ny ::= \"a\" y | \"a\"",
          "root ::= x\nx ::= y\ny ::= z\nz ::= \"a\" | \"b\" x",
          "root ::= x*\nx ::= \"a\" y | \"b\"\ny ::= \"c\" | x y",
          "root ::= \"a\" x? \"b\"\nx ::= \"c\" root?",
          "root ::= e\ne ::= t (\"a\" t)*\nt ::= \"b\" | \"c\" e \"c\"",
          "root ::= n \"a\" n\nn ::= \"\" | \"b\" n",
          "root ::= x y | y x\nx ::= \"a\" | \"a\" x\ny ::= \"b\" | \"b\" y",
          "root ::= (\"a\" | \"b\")* \"c\" (\"a\" | \"b\")*",
          "root ::= x\nx ::= \"a\" x \"c\"? | \"b\"",
          "root ::= \"a\" (x | y) \"a\"\nx ::= \"b\" x | \"\"\ny ::= \"c\" y | \"b\"",
          "root ::= x x\nx ::= \"a\" root | \"b\"",
          "root ::= ((\"a\"? \"b\"?)? \"c\"?){0,2}",
          "root ::= x{2,3}\nx ::= \"a\" | \"b\" x \"b\"",
          "root ::= \"ab\" root | \"a\" root \"b\" | \"c\"",
          "root ::= [] | \"a\"",
          "root ::= \"a\" dead | \"b\"\ndead ::= \"c\" dead",
          "root ::= x \"a\" x\nx ::= (\"b\" root)? \"c\"?");

  private static void compare(String ebnf, int length) {
    Map<String, Expression> rules = EbnfParser.parse(ebnf);
    new BruteForce(Grammar.fromEbnf(ebnf), "abc", length, text -> Recognizer.matches(rules, text))
        .check();
  }

  @TestFactory
  Stream<DynamicTest> everyTextAndEveryBitAgrees() {
    return GRAMMARS.stream().map(ebnf -> DynamicTest.dynamicTest(ebnf, () -> compare(ebnf, 6)));
  }

  @TestFactory
  Stream<DynamicTest> soItDoesForGrammarsMadeAtRandom() {
    return IntStream.range(0, 80)
        .mapToObj(seed -> RandomEbnf.of(seed))
        .map(ebnf -> DynamicTest.dynamicTest(ebnf, () -> compare(ebnf, 5)));
  }

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    List<String> all =
        Stream.concat(
                GRAMMARS.stream().map(Grammar::fromEbnf),
                Schemas.all().stream().map(Grammar::fromJsonSchema))
            .map(Grammar::toString)
            .toList();
    for (String written : all) {
      assertThat(Grammar.fromEbnf(written)).hasToString(written);
    }
  }

  @Test
  void commentsEscapesAndLineBreaks() {
    CompiledGrammar grammar =
        new CompiledGrammar(
            Grammar.fromEbnf(
                """
                # a greeting
                root ::= "\\"Hi\\"" [\\x20\\t]   # and a blank
                  name
                  | "\\u00e4\\U0001F600"
                name ::= [A-Z\\]\\-] [^a-y\\n]{,2}
                """),
            Vocabularies.of());
    for (String text : List.of("\"Hi\" A", "\"Hi\"\t]zz", "\"Hi\" -", "ä😀")) {
      assertThat(Vocabularies.matches(grammar, text)).as(text).isTrue();
    }
    for (String text : List.of("\"Hi\" a", "\"Hi\" Aa", "\"Hi\" Azzz", "\"Hi\" A\n", "ä")) {
      assertThat(Vocabularies.matches(grammar, text)).as(text).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "x ::= \"a\" ¦ no rule 'root'",
        "root ::= x ¦ refers to 'x'",
        "root ::= \"a ¦ line 1, column 10: the literal is not closed",
        "root ::= [a ¦ line 1, column 10: the class is not closed",
        "root ::= (\"a\" ¦ line 1, column 10: '(' is not closed",
        "root ::= \"a\") ¦ line 1, column 13: ')' cannot stand here",
        "root ::= *\"a\" ¦ line 1, column 10: '*' repeats nothing",
        "root ::= \"a\"{2 ¦ line 1, column 13: '{' is not closed",
        "root ::= \"a\"{x} ¦ line 1, column 14: a number is missing",
        "root ::= \"a\"{3,2} ¦ wrong order",
        "root ::= \"a\"{99999} ¦ at most 50,000",
        "root ::= [z-a] ¦ line 1, column 11: the range",
        "root ::= \"\\q\" ¦ line 1, column 11: there is no escape",
        "root ::= \"\\x1\" ¦ hexadecimal digits",
        "root ::= \"\\uD800\" ¦ no character",
        "root = \"a\" ¦ line 1, column 1: a rule begins",
        "::= \"a\" ¦ line 1, column 1: a rule begins",
        "1root ::= \"a\" ¦ line 1, column 1: a rule begins",
        "root ::= root \"a\" | \"b\" ¦ left recursion: root → root",
        "root ::= []  ¦ matches no text",
        "root ::= root ¦ matches no text",
        "root ::= \"a\" root ¦ matches no text",
        "root ::= \"a\" $ ¦ line 1, column 14: '$' cannot stand here"
      })
  void whatIsWrongIsSaidWithItsPlace(String ebnf, String what) {
    assertThatThrownBy(() -> Grammar.fromEbnf(ebnf))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(what);
  }

  @Test
  void theLineIsThatOfTheRule() {
    assertThatThrownBy(() -> Grammar.fromEbnf("root ::= x\n# x\nx ::= \"a\"\n  | [b"))
        .hasMessageContaining("line 4, column 5");
    assertThatThrownBy(() -> Grammar.fromEbnf("root ::= \"a\"\nroot ::= \"b\""))
        .hasMessageContaining("line 2, column 1: rule 'root' is defined twice");
    assertThatThrownBy(
            () ->
                Grammar.fromEbnf("root ::= n x | \"c\"\nx ::= y\ny ::= n root \"a\"\nn ::= \"b\"?"))
        .hasMessageContaining("left recursion");
  }

  @AfterAll
  static void count() {
    BruteForce.printCounts();
  }
}
