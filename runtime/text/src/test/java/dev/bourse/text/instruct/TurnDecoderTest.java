package dev.bourse.text.instruct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.TurnEvent.Call;
import dev.bourse.text.instruct.TurnEvent.Text;
import dev.bourse.text.instruct.TurnEvent.Thought;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnDecoderTest {
  private static final Tokenizer TOKENIZER =
      Families.tokenizer(
          "<tool_call> </tool_call> <think> </think> <|x|> <|message|> <|channel|> <|call|> <|end|>");

  private static final ReasoningFormat NONE = new ReasoningFormat.None();
  private static final ReasoningFormat TAGS =
      new ReasoningFormat.Tags("<think>", "</think>", false);

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

  private static final CallFormat PARAMETERS =
      new CallFormat(
          "",
          new CallSyntax.Parameters(
              "<tool_call>\n<function=",
              ">\n",
              "<parameter=",
              ">\n",
              "\n</parameter>\n",
              "</function>\n</tool_call>"),
          "\n",
          "",
          true);

  private static final CallFormat HARMONY =
      new CallFormat("", new CallSyntax.Harmony(), "", "", false);

  private static List<TurnEvent> read(ReasoningFormat reasoning, CallFormat calls, String text) {
    List<TurnEvent> whole = read(reasoning, Optional.of(calls), text, 1 << 20);
    for (int step : new int[] {1, 3}) {
      assertThat(read(reasoning, Optional.of(calls), text, step)).isEqualTo(whole);
    }
    return whole;
  }

  private static List<TurnEvent> read(
      ReasoningFormat reasoning, Optional<CallFormat> calls, String text, int step) {
    TurnDecoder decoder = new TurnDecoder(TOKENIZER, reasoning, calls);
    int[] tokens = TOKENIZER.encode(text, false, true);
    List<TurnEvent> events = new ArrayList<>();
    for (int from = 0; from < tokens.length; from += step) {
      int to = Math.min(tokens.length, from + step);
      decoder.feed(Arrays.copyOfRange(tokens, from, to)).forEach(event -> join(events, event));
    }
    decoder.finish().forEach(event -> join(events, event));
    return events;
  }

  private static void join(List<TurnEvent> events, TurnEvent event) {
    if (!events.isEmpty()) {
      if (events.getLast() instanceof Text(String before) && event instanceof Text(String more)) {
        events.set(events.size() - 1, new Text(before + more));
        return;
      }
      if (events.getLast() instanceof Thought(String before)
          && event instanceof Thought(String more)) {
        events.set(events.size() - 1, new Thought(before + more));
        return;
      }
    }
    events.add(event);
  }

  @Test
  void textStaysText() {
    String text = " a < b, \n{\"x\": 1} <tool> é😀\n\n";
    assertThat(read(NONE, TAGGED, text)).containsExactly(new Text(text));
    assertThat(read(NONE, Optional.empty(), "<tool_call>{}", 1))
        .containsExactly(new Text("<tool_call>{}"));
  }

  @Test
  void thoughtsTextAndCallsComeInOrder() {
    assertThat(
            read(
                TAGS,
                TAGGED,
                "<think>\nhm </th</think>\n\nI look.\n<tool_call>\n"
                    + "{\"name\": \"a\", \"arguments\": {\"x\": 1}}\n</tool_call>\n<tool_call>"
                    + "{\"name\":\"b\",\"arguments\":{}}</tool_call>\nDone."))
        .containsExactly(
            new Thought("\nhm </th"),
            new Text("I look."),
            new Call("a", "{\"x\": 1}"),
            new Call("b", "{}"),
            new Text("Done."));
  }

  @Test
  void whatLookedLikeACallIsText() {
    for (String text :
        List.of(
            "<tool_call>no object</tool_call> after",
            "say <tool_call>{\"x\": 1}</tool_call>",
            "<tool_call>{\"name\": \"a\"",
            "<tool_call",
            "x <tool_call>{\"name\":\"a\",\"arguments\":{}} what?")) {
      assertThat(read(NONE, TAGGED, text)).as(text).containsExactly(new Text(text));
    }
  }

  @Test
  void aCallWhoseLastTagIsMissingIsOne() {
    assertThat(read(NONE, TAGGED, "<tool_call>\n{\"name\": \"a\", \"arguments\": {}}"))
        .containsExactly(new Call("a", "{}"));
  }

  @Test
  void callsWithoutTagsStandAtTheBeginning() {
    assertThat(read(NONE, BARE, "{\"name\": \"a\", \"parameters\": {}}"))
        .containsExactly(new Call("a", "{}"));
    for (String text : List.of("{\"a\": [1, {}]}", "Well. {\"name\":\"a\",\"parameters\":{}}")) {
      assertThat(read(NONE, BARE, text)).containsExactly(new Text(text));
    }
  }

  @Test
  void whatClosesAListOfCallsIsNoText() {
    assertThat(
            read(
                NONE,
                LIST,
                "<|x|>[{\"name\":\"a\",\"arguments\":{}}, {\"name\":\"b\",\"arguments\":{}}]"))
        .containsExactly(new Call("a", "{}"), new Call("b", "{}"));
  }

  @Test
  void argumentsMayBeWrittenOneByOne() {
    assertThat(
            read(
                NONE,
                PARAMETERS,
                "ok <tool_call>\n<function=f>\n<parameter=k>\n1\n</parameter>\n"
                    + "</function>\n</tool_call>"))
        .containsExactly(new Text("ok"), new Call("f", "{\"k\": 1}"));
    assertThat(read(NONE, PARAMETERS, "ok <tool_call>\n<function=f>\n"))
        .containsExactly(new Text("ok <tool_call>\n<function=f>\n"));
  }

  @Test
  void harmonyHasMessages() {
    assertThat(
            read(
                new ReasoningFormat.Channels(),
                HARMONY,
                "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary"
                    + "<|message|>I look.<|end|><|start|>assistant<|channel|>commentary"
                    + " to=functions.f <|constrain|>json<|message|>{\"k\": 1}"))
        .containsExactly(new Thought("hm"), new Text("I look."), new Call("f", "{\"k\": 1}"));
  }

  @Test
  void nothingThatIsGeneratedIsLostOrTwice() {
    String[] parts = {
      "<tool_call>", "</tool_call>", "{\"name\":\"a\",\"arguments\":{}}", "{", "}", " ", "\n", "x"
    };
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(9); part >= 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      StringBuilder told = new StringBuilder();
      for (TurnEvent event : read(NONE, TAGGED, text.toString())) {
        told.append(
            event instanceof Text(String said)
                ? said
                : "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>");
      }
      // The last call may lack its closing tag, and blanks around calls are no text.
      String ignored = "\\s|</tool_call>";
      assertThat(told.toString().replaceAll(ignored, ""))
          .isEqualTo(text.toString().replaceAll(ignored, ""));
    }
  }
}
