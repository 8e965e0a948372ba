package dev.bourse.sdk.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
  @Test
  void sortsMembersAndWritesNoSpace() {
    assertThat(JsonWriter.canonical(Map.of("b", List.of(1, 2L, true), "a", Map.of(), "Z", "z")))
        .isEqualTo("{\"Z\":\"z\",\"a\":{},\"b\":[1,2,true]}");
    assertThat(JsonWriter.canonical(null)).isEqualTo("null");
  }

  /** The names of RFC 8785, 3.2.3, by their UTF-16 units. */
  @Test
  void sortsNamesByUtf16Units() {
    assertThat(
            JsonWriter.canonical(
                Map.of(
                    "\u20ac",
                    1,
                    "\r",
                    2,
                    "\ufb33",
                    3,
                    "1",
                    4,
                    "\ud83d\ude00",
                    5,
                    "\u0080",
                    6,
                    "\u00f6",
                    7)))
        .isEqualTo(
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"\u00f6\":7,\"\u20ac\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
  }

  @Test
  void escapesAsLittleAsPossible() {
    assertThat(JsonWriter.canonical("\u20ac$\u000f\nA'B\"\\\u007f/\b\t\f\r\u0000"))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\\u007f/\\b\\t\\f\\r\\u0000\"");
  }

  @Test
  void textKeepsTheOrderAndFractions() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("b", -0.5f);
    object.put("a", List.of(1.0E-7, 2, "x"));
    assertThat(JsonWriter.text(object)).isEqualTo("{\"b\":-0.5,\"a\":[1.0E-7,2,\"x\"]}");
    assertThat(JsonReader.parseObject(JsonWriter.text(object)))
        .isEqualTo(Map.of("b", -0.5, "a", List.of(1.0E-7, 2L, "x")));
    assertThatThrownBy(() -> JsonWriter.text(Double.NaN)).hasMessageContaining("NaN");
  }

  @Test
  void refusesWhatHasNoCanonicalForm() {
    assertThatThrownBy(() -> JsonWriter.canonical(1.5)).hasMessageContaining("java.lang.Double");
    assertThatThrownBy(() -> JsonWriter.canonical(1L << 53))
        .hasMessageContaining("9007199254740992");
    assertThatThrownBy(() -> JsonWriter.canonical(List.of("ab\ud83d")))
        .hasMessageContaining("half a surrogate pair at character 2");
    assertThatThrownBy(() -> JsonWriter.canonical(Map.of("\ude00", 1)))
        .hasMessageContaining("character 0");
  }

  @Test
  void isReadBackAsItWas() {
    Map<String, Object> value =
        Map.of("text", "\u0001\"\\\ud83d\ude00\u2028", "list", List.of(-1L, Map.of("x", false)));
    assertThat(JsonReader.parseObject(JsonWriter.canonical(value))).isEqualTo(value);
  }
}
