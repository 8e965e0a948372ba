package dev.bourse.text.instruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.ReasoningEvent.Complete;
import dev.bourse.text.instruct.ReasoningEvent.Delta;
import dev.bourse.text.instruct.ReasoningEvent.Start;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReasoningDecoderTest {
  private static final Tokenizer TOKENIZER =
      Families.tokenizer("<think> </think> <|message|> <|channel|> <|end|> <|start|> <|return|>");

  private static final ReasoningFormat TAGS =
      new ReasoningFormat.Tags("<think>", "</think>", false);
  private static final ReasoningFormat BEGUN =
      new ReasoningFormat.Tags("<think>", "</think>", true);
  private static final ReasoningFormat CHANNELS = new ReasoningFormat.Channels();

  private static List<ReasoningEvent> read(ReasoningFormat format, String text) {
    List<ReasoningEvent> whole = read(format, text, true, Integer.MAX_VALUE / 2);
    for (int step : new int[] {1, 2, 5}) {
      assertThat(read(format, text, true, step)).isEqualTo(whole);
    }
    if (!text.contains("</s>")) {
      assertThat(read(format, text, false, 1)).isEqualTo(whole);
    }
    return whole;
  }

  private static List<ReasoningEvent> read(
      ReasoningFormat format, String text, boolean special, int step) {
    return Streams.thoughts(
        new ReasoningDecoder(TOKENIZER, format), TOKENIZER.encode(text, false, special), step);
  }

  @Test
  void findsThoughts() {
    assertThat(read(TAGS, "a<think>\nHm, 日本 🙂\n</think>\n\nYes<think>b</think>"))
        .containsExactly(
            new Start(),
            new Delta("\nHm, 日本 🙂\n"),
            new Complete("\nHm, 日本 🙂\n"),
            new Start(),
            new Delta("b"),
            new Complete("b"));
  }

  @Test
  void aCueMayHaveBegunOne() {
    assertThat(read(BEGUN, "Hm</think>Yes<think>x"))
        .containsExactly(new Delta("Hm"), new Complete("Hm"), new Start(), new Delta("x"));
    assertThat(read(BEGUN, "Hm</s>and")).containsExactly(new Delta("Hmand"));
  }

  @Test
  void anEmptyThoughtIsOneToo() {
    assertThat(read(TAGS, "<think></think>")).containsExactly(new Start(), new Complete(""));
  }

  @Test
  void whatLooksLikeATagIsText() {
    assertThat(read(TAGS, "<think>a < b </thin </thinkk> <think></think>"))
        .startsWith(new Start(), new Delta("a < b </thin </thinkk> <think>"));
    assertThat(read(TAGS, "<thin")).isEmpty();
  }

  @Test
  void aStopTokenEndsTheTurn() {
    assertThat(read(TAGS, "<think>a</thi</s>b<think>c</think>"))
        .containsExactly(
            new Start(), new Delta("a</thi"), new Start(), new Delta("c"), new Complete("c"));
  }

  @Test
  void readsTheChannelOfAnalysis() {
    assertThat(
            read(
                CHANNELS,
                "<|channel|>analysis<|message|>Hm <b><|end|><|start|>assistant<|channel|>final"
                    + "<|message|>Yes<|return|>"))
        .containsExactly(new Start(), new Delta("Hm <b>"), new Complete("Hm <b>"));
    assertThat(read(CHANNELS, "<|channel|>analysis to=python<|message|>1+1<|end|>")).isEmpty();
  }

  @Test
  void findsNothingWithoutAFormat() {
    assertThat(read(new ReasoningFormat.None(), "<think>a</think>")).isEmpty();
  }

  @Test
  void resetForgets() {
    ReasoningDecoder decoder = new ReasoningDecoder(TOKENIZER, TAGS);
    assertThat(decoder.feed(TOKENIZER.encode("<think>abc", false, true))).isEqualTo(new Start());
    assertThat(decoder.heldChars()).isPositive();
    decoder.reset();
    assertThat(decoder.feed()).isEqualTo(new Delta(""));
    assertThat(decoder.feed(TOKENIZER.encode("abc", false, true))).isEqualTo(new Delta(""));
  }

  @Test
  void keepsOnlySoMuch() {
    for (ReasoningFormat format : List.of(BEGUN, CHANNELS)) {
      ReasoningDecoder decoder = new ReasoningDecoder(TOKENIZER, format);
      if (format.equals(CHANNELS)) {
        var _ = decoder.feed(TOKENIZER.encode("<|channel|>analysis<|message|>", false, true));
      }
      int[] much = TOKENIZER.encode("thinking ".repeat(10_000), false, true);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  var _ = decoder.feed(much);
                }
              })
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4,194,304 characters");
      assertThat(decoder.heldChars()).isLessThan(20 << 20);
      decoder.reset();
      assertThat(decoder.feed()).isEqualTo(new Delta(""));
    }
  }

  @Test
  void aThoughtIsTheSameHoweverItIsCut() {
    Random random = new Random(11);
    String[] pieces = {"<think>", "</think>", "<", "</", "think>", " ", "é", "🙂", "x", "</thin"};
    for (ReasoningFormat format : List.of(TAGS, BEGUN, CHANNELS)) {
      for (int round = 0; round < 400; round++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(30); i >= 0; i--) {
          text.append(pieces[random.nextInt(pieces.length)]);
        }
        // The last characters may be held back as the beginning of a tag.
        List<ReasoningEvent> events = read(format, text + " .");
        assertThat(events).doesNotContain(new Delta(""));
      }
    }
  }
}
