package dev.bourse.text.instruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.Families.Family;
import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Templates of our own that write arguments one by one, as some families do. */
class ParameterCallsTest {

  /** Arguments in tags, one level for the call and one for the function. */
  private static final Family NESTED =
      Families.of(
          "nested",
          """
          {%- for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}
          {%- if m.content %}{{ m.content }}{% endif %}
          {%- for c in m.tool_calls or [] %}
          {{- '\n<tool_call>\n<function=' + c.function.name + '>\n' }}
          {%- for k, v in c.function.arguments.items() %}
          {{- '<parameter=' + k + '>\n' + (v if v is string else v|tojson) + '\n</parameter>\n' }}
          {%- endfor %}
          {{- '</function>\n</tool_call>' }}
          {%- endfor %}
          {{- '<|im_end|>\n' }}
          {%- endfor %}
          {%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
          """);

  /** Keys and values in tags of their own. */
  private static final Family PAIRS =
      Families.of(
          "pairs",
          """
          {%- for m in messages %}{{ '<|' + m.role + '|>' }}
          {%- if m.content %}{{ m.content }}{% endif %}
          {%- for c in m.tool_calls or [] %}
          {{- '\n<tool_call>' + c.function.name + '\n' }}
          {%- for k, v in c.function.arguments.items() %}
          {{- '<arg_key>' + k + '</arg_key>\n<arg_value>' }}
          {{- (v if v is string else v|tojson) + '</arg_value>\n' }}
          {%- endfor %}
          {{- '</tool_call>' }}
          {%- endfor %}
          {{- '<|end|>' }}
          {%- endfor %}
          {%- if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}
          """);

  private static List<Call> read(Family family, String text) {
    int[] tokens = family.tokenizer().encode(text, false, true);
    List<Call> calls = Streams.calls(family.instruct().toolDecoder(), tokens, tokens.length + 1);
    assertThat(Streams.calls(family.instruct().toolDecoder(), tokens, 1)).isEqualTo(calls);
    return calls;
  }

  @Test
  void findsHowTheyAreWritten() {
    for (Family family : List.of(NESTED, PAIRS)) {
      CallFormat format = family.instruct().calls().orElseThrow();
      assertThat(format.call()).isInstanceOf(CallSyntax.Parameters.class);
      assertThat(format.many()).isTrue();
      assertThat(format.hasJsonArguments()).isFalse();
    }
  }

  @Test
  void readsArgumentsInTags() {
    assertThat(
            read(
                NESTED,
                "Let me see.\n<tool_call>\n<function=look>\n<parameter=city>\nZürich\nHB\n</parameter>\n"
                    + "<parameter=n>\n3\n</parameter>\n<parameter=list>\n[1, {\"a\": null}]\n"
                    + "</parameter>\n</function>\n</tool_call>\n<tool_call><function=now></function>"
                    + "</tool_call>"))
        .containsExactly(
            new Call("look", "{\"city\": \"Zürich\\nHB\", \"n\": 3, \"list\": [1, {\"a\": null}]}"),
            new Call("now", "{}"));
  }

  @Test
  void readsKeysAndValues() {
    assertThat(
            read(
                PAIRS,
                "<tool_call>look\n<arg_key>city</arg_key>\n<arg_value>Bern \"x\"</arg_value>\n"
                    + "<arg_key>ok</arg_key><arg_value>true</arg_value>\n</tool_call> and"
                    + " <tool_call>now\n</tool_call>"))
        .containsExactly(
            new Call("look", "{\"city\": \"Bern \\\"x\\\"\", \"ok\": true}"),
            new Call("now", "{}"));
  }

  @Test
  void whatIsIncompleteIsNoCall() {
    for (String text :
        List.of(
            "<tool_call>look",
            "<tool_call>look\n<arg_key>city",
            "<tool_call>look\n<arg_key>city</arg_key><arg_value>Bern",
            "<tool_call>look\n<arg_key>city</arg_key><arg_value>Bern</arg_value>",
            "<tool_call></tool_call>",
            "<tool_call>look\n<arg_key>city</arg_key><arg_value>Bern</s></arg_value></tool_call>")) {
      assertThat(read(PAIRS, text)).as(text).isEmpty();
    }
  }

  @Test
  void keepsOnlySoMuch() {
    ToolDecoder decoder = PAIRS.instruct().toolDecoder();
    int[] begin =
        PAIRS.tokenizer().encode("<tool_call>f\n<arg_key>k</arg_key><arg_value>", false, true);
    assertThat(decoder.feed(begin)).isEqualTo(new ToolEvent.Start());
    int[] much = PAIRS.tokenizer().encode("much ".repeat(10_000), false, true);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                var _ = decoder.feed(much);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1,048,576 characters");
  }
}
