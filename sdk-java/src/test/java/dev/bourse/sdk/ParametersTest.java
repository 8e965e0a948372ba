package dev.bourse.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.sdk.json.JsonReader;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ParametersTest {
  @Test
  void readsListsAndObjects() {
    Parameters parameters =
        Parameters.parse("{\"list\":[1,\"x\",null],\"object\":{\"b\":2,\"a\":[]}}");
    assertThat(parameters.list("list").size()).isEqualTo(3);
    assertThat(parameters.list("list").get(1)).isEqualTo("x");
    assertThat(parameters.listOrEmpty("none")).isEmpty();
    assertThat(List.copyOf(parameters.object("object").keySet())).isEqualTo(List.of("b", "a"));
    assertThatThrownBy(() -> parameters.list("object")).hasMessageContaining("must be a list");
    assertThatThrownBy(() -> parameters.object("list")).hasMessageContaining("must be an object");
  }

  @Test
  void readsEachType() {
    Parameters parameters =
        Parameters.parse(
            " {\"s\":\"a\\n\\u00e9\\ud83d\\ude00/\", \"i\": -12, \"n\":1.5e2,\"t\":true,\"f\":false,\"z\":null,"
                + "\"l\":9223372036854775807, \"deep\":[{\"x\":[1,2]},null]} ");
    assertThat(parameters.string("s")).isEqualTo("a\né😀/");
    assertThat(parameters.integer("i")).isEqualTo(-12);
    assertThat(parameters.number("i")).isEqualTo(-12.0);
    assertThat(parameters.number("n")).isEqualTo(150.0);
    assertThat(parameters.flag("t")).isTrue();
    assertThat(parameters.flag("f")).isFalse();
    assertThat(parameters.longInteger("l")).isEqualTo(Long.MAX_VALUE);
    assertThat(parameters.has("z")).isFalse();
    assertThat(parameters.names()).containsExactly("s", "i", "n", "t", "f", "l", "deep");
  }

  @Test
  void fallsBackOnlyWhenThereIsNoValue() {
    Parameters parameters = Parameters.parse("{\"a\":\"x\",\"n\":2}");
    assertThat(parameters.stringOr("a", "y")).isEqualTo("x");
    assertThat(parameters.stringOr("b", "y")).isEqualTo("y");
    assertThat(parameters.integerOr("n", 1)).isEqualTo(2);
    assertThat(parameters.numberOr("m", 1.5)).isEqualTo(1.5);
    assertThat(parameters.flagOr("m", true)).isTrue();
  }

  @Test
  void saysWhichParameterIsMissingOrOfAnotherType() {
    Parameters parameters = Parameters.parse("{\"a\":\"x\",\"big\":3000000000}");
    assertThatThrownBy(() -> parameters.string("prompt"))
        .hasMessage("parameter \"prompt\" has no value; there are [a, big]");
    assertThatThrownBy(() -> parameters.integer("a"))
        .hasMessage("parameter \"a\" must be a whole number, not x");
    assertThatThrownBy(() -> parameters.integer("big"))
        .hasMessageContaining("does not fit 32 bits");
  }

  @Test
  void anEmptyInputHasNoParameters() {
    assertThat(Parameters.parse("").names()).isEmpty();
    assertThat(Parameters.parse("{}").names()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{\"a\":1}x",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"",
        "{'a':1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null,\"a\":2}",
        "{\"a\":1e999}",
        "{\"a\":NaN}",
        "{\"a\":[1,]}",
        "{\"a\":1 \"b\":2}"
      })
  void refusesWhatIsNotJsonAndSaysWhere(String input) {
    assertThatThrownBy(() -> Parameters.parse(input))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at character");
  }

  @Test
  void boundsTheDepth() {
    String deepest =
        "{\"a\":"
            + "[".repeat(JsonReader.DEPTH_MAX - 1)
            + "]".repeat(JsonReader.DEPTH_MAX - 1)
            + "}";
    assertThat(Parameters.parse(deepest).has("a")).isTrue();
    assertThatThrownBy(() -> Parameters.parse("{\"a\":" + "[".repeat(100_000)))
        .hasMessageContaining("nested deeper than 64");
  }

  /** Whatever the damage, the reader either accepts or explains; nothing else escapes. */
  @Test
  void damagedInputNeverEscapesAsARawException() {
    String valid =
        "{\"prompt\":\"h\\u00e9llo\\n\",\"n\":[-1.5e3,0,{\"t\":true}],\"z\":null,\"x\":12}";
    List<Character> splice =
        List.of('{', '}', '[', ']', '"', '\\', ',', ':', '0', '9', 'e', '-', 'u', ' ', '\0');
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder damaged = new StringBuilder(valid);
      for (int edits = 1 + random.nextInt(4); edits > 0 && !damaged.isEmpty(); edits--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(4)) {
          case 0 -> damaged.setLength(at);
          case 1 -> damaged.deleteCharAt(at);
          case 2 -> damaged.setCharAt(at, splice.get(random.nextInt(splice.size())));
          default -> damaged.insert(at, splice.get(random.nextInt(splice.size())));
        }
      }
      try {
        assertThat(Parameters.parse(damaged.toString()).names()).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("not valid JSON at character");
      }
    }
  }
}
