package dev.bourse.text.instruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToolDecoderTest {
  private static final Tokenizer TOKENIZER =
      Families.tokenizer("<tool_call> </tool_call> <|x|> <|message|> <|channel|> <|call|> <|end|>");

  private static final CallFormat TAGGED =
      new CallFormat(
          "",
          new CallSyntax.Json("<tool_call>\n", "name", "arguments", "\n</tool_call>"),
          "\n",
          "",
          true);

  private static final CallFormat BARE =
      new CallFormat("", new CallSyntax.Json("", "name", "parameters", ""), "", "", false);

  private static final CallFormat LIST =
      new CallFormat("<|x|>[", new CallSyntax.Json("", "name", "arguments", ""), ", ", "]", true);

  private static final CallFormat NAMED =
      new CallFormat("", new CallSyntax.Named("<f=", ">", "</f>"), "", "", true);

  private static final CallFormat HARMONY =
      new CallFormat("", new CallSyntax.Harmony(), "", "", false);

  private static List<Call> read(CallFormat format, String text) {
    List<Call> whole = read(format, text, true, Integer.MAX_VALUE / 2);
    for (boolean special : new boolean[] {true, false}) {
      for (int step : new int[] {1, 3}) {
        if (special || !text.contains("</s>")) {
          assertThat(read(format, text, special, step)).isEqualTo(whole);
        }
      }
    }
    return whole;
  }

  private static List<Call> read(CallFormat format, String text, boolean special, int step) {
    return Streams.calls(
        new ToolDecoder(TOKENIZER, Optional.of(format)),
        TOKENIZER.encode(text, false, special),
        step);
  }

  @Test
  void findsCallsBetweenText() {
    assertThat(
            read(
                TAGGED,
                "I shall look. <tool_call>\n{\"name\": \"a\", \"arguments\": {\"x\": \"}\"}}\n"
                    + "</tool_call> and <tool_call>{\"arguments\":{} , \"name\":\"b\"}</tool_call> ok"))
        .containsExactly(new Call("a", "{\"x\": \"}\"}"), new Call("b", "{}"));
  }

  @Test
  void acceptsArgumentsAsText() {
    assertThat(
            read(
                TAGGED,
                "<tool_call>{\"name\": \"a\", \"arguments\": \"{\\\"x\\\": 1}\"}</tool_call>"))
        .containsExactly(new Call("a", "{\"x\": 1}"));
  }

  @Test
  void keepsArgumentsAsTheyWereWritten() {
    String arguments = "{ \"n\" : 1.500e+3,\"dup\":1, \"dup\":2, \"s\":\"\\u00e9é\\/\" }";
    assertThat(
            read(TAGGED, "<tool_call>{\"name\":\"a\",\"arguments\":" + arguments + "}</tool_call>"))
        .containsExactly(new Call("a", arguments));
  }

  @Test
  void skipsWhatIsNoCall() {
    for (String text :
        List.of(
            "<tool_call>",
            "<tool_call>{\"name\": \"a\", \"arguments\": {}",
            "<tool_call>{\"name\": \"a\", \"arguments\": {}}",
            "<tool_call>{\"name\": \"a\", \"arguments\": {}}</tool_cal",
            "<tool_call>{\"name\": \"a\"}</tool_call>",
            "<tool_call>{\"name\": 7, \"arguments\": {}}</tool_call>",
            "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>",
            "<tool_call>{\"name\": \"a\", \"arguments\": []}</tool_call>",
            "<tool_call>{\"name\": \"a\", \"arguments\": \"x\"}</tool_call>",
            "<tool_call>{\"name\": \"a\", \"arguments\": {x}}</tool_call>",
            "<tool_call>{name: a}</tool_call>",
            "<tool_call>a()</tool_call>",
            "{\"name\": \"a\", \"arguments\": {}}</tool_call>",
            "",
            "plain text")) {
      assertThat(read(TAGGED, text)).as(text).isEmpty();
      assertThat(read(TAGGED, text + "<tool_call>{\"name\":\"z\",\"arguments\":{}}</tool_call>"))
          .as(text)
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void goesOnAfterWhatIsNoCall() {
    assertThat(
            read(
                TAGGED,
                "<tool_call>{\"name\":1}</tool_call><tool_call><tool_call>{\"name\":\"z\","
                    + "\"arguments\":{}}</tool_call>"))
        .containsExactly(new Call("z", "{}"));
  }

  @Test
  void aStopTokenEndsTheTurn() {
    assertThat(read(TAGGED, "<tool_call>{\"name\":\"a\",\"arguments\":{}}</s>"))
        .as("a whole object without its closing tag")
        .containsExactly(new Call("a", "{}"));
    assertThat(
            read(
                TAGGED,
                "<tool_call>{\"name\":\"a\",\"arg</s><tool_call>{\"name\":\"b\",\"arguments\":{}}"
                    + "</tool_call>"))
        .containsExactly(new Call("b", "{}"));
  }

  @Test
  void withoutATagCallsStandAtTheBeginning() {
    assertThat(read(BARE, " {\"name\": \"a\", \"parameters\": {\"x\": 1}}"))
        .containsExactly(new Call("a", "{\"x\": 1}"));
    assertThat(
            read(BARE, "{\"name\":\"a\",\"parameters\":{}}; {\"name\":\"b\",\"arguments\":{}} ok"))
        .containsExactly(new Call("a", "{}"), new Call("b", "{}"));
    assertThat(read(BARE, "Look: {\"name\": \"a\", \"parameters\": {}}")).isEmpty();
    assertThat(read(BARE, "{\"answer\": 1} {\"name\": \"a\", \"parameters\": {}}")).isEmpty();
    assertThat(
            read(BARE, "{\"name\":\"a\",\"parameters\":{}}</s>{\"name\":\"b\",\"parameters\":{}}"))
        .hasSize(2);
    assertThat(
            Streams.calls(
                new ToolDecoder(TOKENIZER, Optional.of(BARE)),
                TOKENIZER.encode("<|x|>{\"name\":\"a\",\"parameters\":{}}", false, true),
                1))
        .as("behind a special token")
        .hasSize(1);
  }

  @Test
  void readsListsAndNamesBeforeArguments() {
    assertThat(
            read(
                LIST,
                "<|x|>[{\"name\":\"a\",\"arguments\":{}}, {\"name\":\"b\",\"arguments\":{}}]"
                    + " {\"name\":\"c\",\"arguments\":{}}"))
        .containsExactly(new Call("a", "{}"), new Call("b", "{}"));
    assertThat(read(NAMED, "a <f=look>{\"x\":{}}</f> b <f=>{}</f><f= get >{}</f>"))
        .containsExactly(new Call("look", "{\"x\":{}}"), new Call("get", "{}"));
    assertThat(read(NAMED, "<f=" + "long".repeat(200) + "<f=a>{}</f>"))
        .containsExactly(new Call("a", "{}"));
  }

  @Test
  void readsMessagesWithHeaders() {
    assertThat(
            read(
                HARMONY,
                "<|channel|>analysis<|message|>Hm, {}<|end|><|start|>assistant<|channel|>commentary"
                    + " to=functions.look <|constrain|>json<|message|>{\"x\": \"é\"}<|call|>"))
        .containsExactly(new Call("look", "{\"x\": \"é\"}"));
    assertThat(read(HARMONY, " to=functions.a<|channel|>commentary json<|message|>{}<|call|>"))
        .containsExactly(new Call("a", "{}"));
    assertThat(read(HARMONY, "<|channel|>final<|message|>{}<|return|>")).isEmpty();
    assertThat(read(HARMONY, " to=functions.a<|message|>not json<|call|>")).isEmpty();
  }

  @Test
  void tellsCallsOneByOne() {
    ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.of(TAGGED));
    String one = "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>";
    int[] tokens =
        TOKENIZER.encode(
            one
                + one.replace('a', 'b')
                    .replace("brguments", "arguments")
                    .replace("nbme", "name")
                    .replace("tool_cbll", "tool_call"),
            false,
            true);
    assertThat(decoder.feed(tokens)).isEqualTo(new Call("a", "{}"));
    assertThat(decoder.heldChars()).isPositive();
    assertThat(decoder.feed()).isEqualTo(new Call("b", "{}"));
    assertThat(decoder.feed()).isEqualTo(new ToolEvent.Start());
    var _ = decoder.feed(tokens);
    decoder.reset();
    assertThat(decoder.feed()).isEqualTo(new ToolEvent.Start());
  }

  @Test
  void findsNothingWithoutAFormat() {
    ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.empty());
    assertThat(decoder.feed(TOKENIZER.encode("<tool_call>{}", false, true)))
        .isEqualTo(new ToolEvent.Start());
  }

  @Test
  void refusesTokensThatDoNotExistBeforeItReadsAny() {
    ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.of(BARE));
    int[] tokens = TOKENIZER.encode("{\"name\":\"a\",\"parameters\":{}}", false, true);
    tokens[tokens.length - 1] = 1 << 20;
    assertThatThrownBy(() -> decoder.feed(tokens)).isInstanceOf(IllegalArgumentException.class);
    assertThat(
            Streams.calls(
                decoder, TOKENIZER.encode("{\"name\":\"b\",\"parameters\":{}}", false, true), 1))
        .containsExactly(new Call("b", "{}"));
  }

  @Test
  void keepsOnlySoMuch() {
    for (CallFormat format : List.of(TAGGED, BARE, HARMONY)) {
      ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.of(format));
      String begin =
          format.equals(HARMONY)
              ? "to=a<|message|>{\""
              : format.equals(TAGGED) ? "<tool_call>{\"" : "{\"";
      var _ = decoder.feed(TOKENIZER.encode(begin, false, true));
      int[] much = TOKENIZER.encode("{[x".repeat(1000), false, true);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  var _ = decoder.feed(much);
                  assertThat(decoder.heldChars()).isLessThan(8 << 20);
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1,048,576 characters");
      assertThat(decoder.feed()).isEqualTo(new ToolEvent.Start());
    }
  }

  @Test
  void textWithoutEndCostsNothing() {
    for (CallFormat format : List.of(TAGGED, BARE, LIST, NAMED, HARMONY)) {
      ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.of(format));
      int[] much = TOKENIZER.encode("<tool_call <f= [ x".repeat(5000), false, true);
      for (int i = 0; i < 20; i++) {
        assertThat(decoder.feed(much)).isEqualTo(new ToolEvent.Start());
        assertThat(decoder.heldChars()).isLessThan(100_000);
      }
    }
  }

  @Test
  void waitingCallsAreBounded() {
    ToolDecoder decoder = new ToolDecoder(TOKENIZER, Optional.of(TAGGED));
    int[] calls =
        TOKENIZER.encode(
            "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>".repeat(2000), false, true);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                var _ = decoder.feed(calls);
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wait to be taken");
    assertThat(decoder.feed()).isEqualTo(new Call("a", "{}"));
  }

  @Test
  void survivesAnyText() {
    Random random = new Random(7);
    String[] pieces = {
      "<tool_call>",
      "</tool_call>",
      "{",
      "}",
      "\"",
      "\\",
      "name",
      "arguments",
      ":",
      ",",
      "[",
      "]",
      "<f=",
      ">",
      "</f>",
      "<|x|>",
      "to=functions.a",
      "<|message|>",
      "<|call|>",
      "</s>",
      "\n",
      "é",
      "🙂"
    };
    for (CallFormat format : List.of(TAGGED, BARE, LIST, NAMED, HARMONY)) {
      for (int round = 0; round < 400; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        for (Call call : read(format, text.toString())) {
          assertThat(JsonSource.isObject(call.arguments())).isTrue();
          assertThat(call.name()).isNotBlank();
        }
      }
    }
  }
}
