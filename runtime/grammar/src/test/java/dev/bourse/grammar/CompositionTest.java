package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Grammars made of grammars, and the shortest way to a text's end. */
class CompositionTest {
  private static final TokenVocabulary VOCABULARY = Vocabularies.of("<t>", "{\"", "true", "</t>");

  private static boolean matches(Grammar grammar, String text) {
    return Vocabularies.matches(new CompiledGrammar(grammar, VOCABULARY), text);
  }

  private static final Grammar CALLS =
      Grammar.sequence(
          Grammar.text("<t>"),
          Grammar.list(
              Grammar.anyOf(
                  List.of(
                      Grammar.fromRegex("[0-9]+"),
                      Grammar.fromJsonSchema("{\"enum\":[true,\"x\"]}"),
                      Grammar.fromEbnf("root ::= a a\na ::= \"a\" | \"(\" root \")\""))),
              Grammar.text(", ")),
          Grammar.text("</t>"));

  @Test
  void joinsGrammarsOfAllKinds() {
    for (String text : List.of("<t>7</t>", "<t>true, 12, \"x\"</t>", "<t>a(aa), aa</t>")) {
      assertThat(matches(CALLS, text)).as(text).isTrue();
      assertThat(matches(Grammar.fromEbnf(CALLS.toString()), text)).as(text).isTrue();
    }
    for (String text : List.of("<t></t>", "<t>7,8</t>", "<t>7", "7", "<t>7, </t>", "<t>a</t>")) {
      assertThat(matches(CALLS, text)).as(text).isFalse();
    }
  }

  @Test
  void nestsWithoutMixingUpRules() {
    Grammar inner = Grammar.fromEbnf("root ::= x\nx ::= \"1\"");
    Grammar outer =
        Grammar.sequence(
            Grammar.sequence(inner, Grammar.fromEbnf("root ::= x\nx ::= \"2\"")),
            Grammar.sequence(Grammar.text(""), inner));
    assertThat(matches(outer, "121")).isTrue();
    assertThat(matches(outer, "111")).isFalse();
  }

  @Test
  void aChoiceOfNothingIsRefused() {
    assertThatThrownBy(() -> Grammar.anyOf(List.of())).isInstanceOf(GrammarException.class);
  }

  @Test
  void closesWhatIsOpenByTheShortestWay() {
    CompiledGrammar grammar = new CompiledGrammar(Grammar.json(), VOCABULARY);
    Matcher matcher = grammar.matcher();
    matcher.accept(Vocabularies.bytes("{\"a\": [1, \"é"));
    int[] closing = matcher.closingTokens().orElseThrow();
    matcher.accept(closing);
    assertThat(matcher.mayEnd()).isTrue();
    assertThat(matcher.closingTokens()).hasValue(new int[0]);
    assertThat(closing).hasSize(3);
    matcher.accept(Vocabularies.STOP);
    assertThat(matcher.closingTokens()).isEmpty();
  }

  /** Of ways as long as that there are 3^20; the shortest is not looked for to the end. */
  @Test
  void closesWhatIsDeep() {
    String pairs = "pair ::= \"(\" pair* \")\" | \"[\" pair* \"]\" | \"{\" pair* \"}\"";
    CompiledGrammar grammar =
        new CompiledGrammar(Grammar.fromEbnf("root ::= pair+\n" + pairs), VOCABULARY);
    Matcher matcher = grammar.matcher();
    matcher.accept(Vocabularies.bytes("([{([{([{([{([{([{(["));
    matcher.accept(matcher.closingTokens().orElseThrow());
    assertThat(matcher.mayEnd()).isTrue();
  }

  @Test
  void closesInsideACharacter() {
    CompiledGrammar grammar = new CompiledGrammar(Grammar.json(), VOCABULARY);
    Matcher matcher = grammar.matcher();
    matcher.accept(1 + '"', 1 + ("é".getBytes(StandardCharsets.UTF_8)[0] & 0xFF));
    matcher.accept(matcher.closingTokens().orElseThrow());
    assertThat(matcher.mayEnd()).isTrue();
  }

  @Test
  void stopsWhenTheThreadIsInterrupted() {
    CompiledGrammar grammar = new CompiledGrammar(Grammar.json(), VOCABULARY);
    Matcher matcher = grammar.matcher();
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> matcher.accept(1 + '"')).isInstanceOf(CancellationException.class);
      assertThatThrownBy(() -> new CompiledGrammar(Grammar.json(), VOCABULARY))
          .isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(matcher.tokens()).isZero();
    matcher.accept(1 + '"');
    assertThat(matcher.bytes()).isPositive();
    assertThat(grammar.bytes()).isGreaterThan(Grammar.json().bytes());
  }
}
