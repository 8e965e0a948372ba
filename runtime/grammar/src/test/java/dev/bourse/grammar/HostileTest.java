package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources that were made to harm: refused in words, in bounded time, or harmless. */
class HostileTest {

  private static final int CASES = 8_000;

  /** Parts of sources, put together and cut anywhere. */
  private static void fuzz(List<String> parts, List<String> whole, Consumer<String> parse) {
    Random random = new Random(11);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      StringBuilder text = new StringBuilder();
      if (i % 2 == 0) {
        text.append(whole.get(random.nextInt(whole.size())));
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
          int at = random.nextInt(text.length() + 1);
          int end = Math.min(text.length(), at + random.nextInt(4));
          text.replace(at, end, parts.get(random.nextInt(parts.size())));
        }
      } else {
        for (int count = random.nextInt(12); count >= 0; count--) {
          text.append(parts.get(random.nextInt(parts.size())));
        }
      }
      try {
        parse.accept(text.toString());
      } catch (GrammarException e) {
        assertThat(e.getMessage()).as(text.toString()).isNotBlank();
        refused++;
      }
    }
    System.out.printf("HostileTest: %,d sources, %,d refused%n", CASES, refused);
    assertThat(refused).isBetween(CASES / 10, CASES - CASES / 100);
  }

  @Test
  void regularExpressions() {
    fuzz(
        List.of(
            "a", "b", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", "\\", "\\d",
            "\\u00e4", "{2}", "{1,3}", "{,}", "(?:", "(?=", "(?<", "-", "&&", ".", "\\p{L}",
            "\uD800", "😀", "é", "0", "[^", "x{50}", "\\x", "\0"),
        RegexTest.EXPRESSIONS,
        Grammar::fromRegex);
  }

  @Test
  void ebnf() {
    fuzz(
        List.of(
            "root",
            " ::= ",
            "\n",
            "x",
            "\"a\"",
            "\"",
            "[",
            "]",
            "[a-z]",
            "(",
            ")",
            "*",
            "+",
            "?",
            "|",
            "{2,3}",
            "{",
            "#",
            "\\",
            "-",
            "^",
            ".",
            "\u0000",
            "😀",
            "\uDC00",
            "root ::= x\n",
            "x ::= "),
        EbnfTest.GRAMMARS,
        Grammar::fromEbnf);
  }

  @Test
  void schemas() {
    fuzz(
        List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\"type\":",
            "\"string\"",
            "\"$ref\":\"#\"",
            "-1",
            "1e999",
            "null",
            "true",
            "false",
            "\"not\":{}",
            "\"enum\":[1]",
            "\"items\":",
            "{}",
            "\"minLength\":9",
            "\"pattern\":\"(a\"",
            "\\",
            "\"properties\":{\"a\":{}}",
            "\"allOf\":[{}]",
            "0.5",
            "é",
            "\0"),
        Schemas.all(),
        Grammar::fromJsonSchema);
  }

  private static String repeated(String text, int times) {
    return text.repeat(times);
  }

  private static String chain(int rules, String body) {
    return IntStream.range(0, rules)
        .mapToObj(i -> (i == 0 ? "root" : "r" + i) + " ::= " + body.formatted(i + 1))
        .collect(Collectors.joining("\n", "", "\nr" + rules + " ::= \"b\"\n"));
  }

  record Attack(String name, Runnable run) {}

  private static Attack regex(String name, String regex) {
    return new Attack(name, () -> Grammar.fromRegex(regex));
  }

  private static Attack schema(String name, String schema) {
    return new Attack(name, () -> Grammar.fromJsonSchema(schema.replace('\'', '"')));
  }

  private static Attack ebnf(String name, String ebnf) {
    return new Attack(name, () -> Grammar.fromEbnf(ebnf));
  }

  private static List<Attack> refused() {
    return List.of(
        regex("deep groups", repeated("(", 100_000) + repeated(")", 100_000)),
        regex("long", repeated("a", Limits.SOURCE_CHARS_MAX + 1)),
        regex("nested repetition", "((((a{500}){500}){500}){500}){500}"),
        regex("many states", "(a?b?){50000}"),
        schema("deep arrays", repeated("{'items':", 100_000) + "{}" + repeated("}", 100_000)),
        schema("deep but parsed", repeated("{'items':", 450) + "{}" + repeated("}", 450)),
        schema("its own ref", "{'$ref':'#'}"),
        schema(
            "refs in a circle",
            "{'$ref':'#/$defs/a','$defs':{'a':{'allOf':[{'$ref':'#/$defs/b'}]},'b':{'anyOf':[{'$ref':'#/$defs/a'}]}}}"),
        schema(
            "exponentially many combinations",
            "{'allOf':["
                + IntStream.range(0, 20)
                    .mapToObj(i -> "{'anyOf':[{'minimum':" + i + "},{'maximum':" + i + "}]}")
                    .collect(Collectors.joining(","))
                + "]}"),
        schema("a pattern and a length", "{'pattern':'^(a|b)*a(a|b){30}$','maxLength':100}"),
        schema("long lengths", "{'maxLength':1000000}"),
        schema("huge number", "{'minimum':1e999999}"),
        schema("large divisor", "{'type':'integer','multipleOf':1000003}"),
        schema(
            "items of items",
            "{'maxItems':50000,'items':{'maxItems':50000,'type':'array'},'minItems':50000,'type':'array','prefixItems':["
                + repeated("{},", 20_000)
                + "{}]}"),
        ebnf("deep groups", "root ::= " + repeated("(", 100_000)),
        ebnf("many rules", chain(20_000, "\"a\" r%d")),
        ebnf("nested repetition", "root ::= ((((\"a\"{500}){500}){500}){500}){500}"),
        ebnf(
            "a long circle",
            chain(5_000, "r%d \"x\"").replace("::= \"b\"", "::= root \"b\" | \"b\"")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedInWords(Attack attack) {
    assertThatThrownBy(attack.run::run)
        .as(attack.name)
        .isInstanceOf(GrammarException.class)
        .message()
        .isNotBlank()
        .hasSizeLessThan(2_000);
  }

  private static List<Attack> harmless() {
    return List.of(
        regex("exponential subsets", "(a|b)*a(a|b){200}"),
        regex("catastrophic backtracking", "(a+)+(a+)+(a+)+$"),
        regex("long alternation", repeated("abc|", 20_000) + "d"),
        ebnf("a chain of rules", chain(5_000, "r%d")),
        ebnf("a chain of calls", chain(5_000, "r%d \"x\"")),
        ebnf("a chain of optional calls", chain(3_000, "\"a\"? r%d? \"x\"?")),
        schema(
            "a chain of refs",
            "{'$ref':'#/$defs/d0','$defs':{"
                + IntStream.range(0, 1_000)
                    .mapToObj(i -> "'d" + i + "':{'items':{'$ref':'#/$defs/d" + (i + 1) + "'}}")
                    .collect(Collectors.joining(","))
                + ",'d1000':{}}}"));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void isCompiledAndRuns(Attack attack) {
    attack.run.run();
  }

  @Test
  void ambiguityCostsNoMoreThanItsStates() {
    CompiledGrammar grammar =
        new CompiledGrammar(
            Grammar.fromEbnf("root ::= x*\nx ::= \"a\" x | \"a\" x x | \"a\""), Vocabularies.of());
    Matcher matcher = grammar.matcher();
    for (int i = 0; i < 300; i++) {
      matcher.accept(1 + 'a');
    }
    assertThat(matcher.mayEnd()).isTrue();
  }
}
