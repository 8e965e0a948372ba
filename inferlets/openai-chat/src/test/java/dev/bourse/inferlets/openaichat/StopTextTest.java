package dev.bourse.inferlets.openaichat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StopTextTest {
  private static String read(List<String> words, String text, int... cuts) {
    StopText stop = new StopText(words);
    StringBuilder told = new StringBuilder();
    int from = 0;
    for (int cut : cuts) {
      told.append(stop.accept(text.substring(from, cut)));
      from = cut;
    }
    told.append(stop.accept(text.substring(from)));
    return told.append(stop.finish()).append(stop.isStopped() ? "|" : "").toString();
  }

  @Test
  void endsBeforeTheFirstWord() {
    assertThat(read(List.of("stop", "end"), "an end, a stop")).isEqualTo("an |");
    assertThat(read(List.of("stop", "end"), "an end, a stop", 4, 5)).isEqualTo("an |");
    assertThat(read(List.of("zebra"), "nothing of it")).isEqualTo("nothing of it");
    assertThat(read(List.of(), "no words", 3)).isEqualTo("no words");
  }

  @Test
  void holdsBackOnlyWhatMayBeTheBeginningOfOne() {
    StopText stop = new StopText(List.of("\n\n", "END"));
    assertThat(stop.accept("a\n")).isEqualTo("a");
    assertThat(stop.accept("b E")).isEqualTo("\nb ");
    assertThat(stop.accept("NE")).isEqualTo("EN");
    assertThat(stop.finish()).isEqualTo("E");
  }

  @Test
  void howItIsCutMakesNoDifference() {
    Random random = new Random(3);
    List<String> words = List.of("aab", "ba", "abba");
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append("abc".charAt(random.nextInt(3)));
      }
      int end = text.length();
      for (String word : words) {
        int at = text.indexOf(word);
        end = at >= 0 ? Math.min(end, at) : end;
      }
      StopText whole = new StopText(words);
      String expected = whole.accept(text.toString()) + whole.finish();
      assertThat(expected).hasSizeLessThanOrEqualTo(text.length());
      StopText single = new StopText(words);
      StringBuilder told = new StringBuilder();
      for (int i = 0; i < text.length() && !single.isStopped(); i++) {
        told.append(single.accept(text.substring(i, i + 1)));
      }
      told.append(single.finish());
      // The first word that is complete ends it: here always one that begins no later.
      assertThat(text.toString()).startsWith(told.toString());
      assertThat(told.length()).isGreaterThanOrEqualTo(end);
      assertThat(expected.length()).isEqualTo(end);
    }
  }
}
