package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WordSplitterTest {

  @Test
  void gpt2KeepsNumbersWholeAndASpaceWithItsWord() {
    assertThat(split(WordSplitter.GPT2, "Hello world, it's 2024!  x"))
        .containsExactly("Hello", " world", ",", " it", "'s", " 2024", "!", " ", " x");
    assertThat(split(WordSplitter.GPT2, "I'M")).containsExactly("I", "'", "M");
  }

  @Test
  void llama3CutsNumbersIntoThreesAndQwen2IntoDigits() {
    assertThat(split(WordSplitter.LLAMA3, "a 12345")).containsExactly("a", " ", "123", "45");
    assertThat(split(WordSplitter.QWEN2, "a 12345"))
        .containsExactly("a", " ", "1", "2", "3", "4", "5");
  }

  @Test
  void theModernRulesKeepNewlinesWithPunctuationAndAnyMarkWithItsWord() {
    assertThat(split(WordSplitter.QWEN2, "if (x)\n\n\treturn;\n"))
        .containsExactly("if", " (", "x", ")\n\n", "\treturn", ";\n");
    assertThat(split(WordSplitter.LLAMA3, "I'M \n  \n  sure"))
        .containsExactly("I", "'M", " \n  \n", " ", " sure");
  }

  /** The hand-written splitters against a backtracking matcher of the published expressions. */
  @ParameterizedTest
  @EnumSource
  void agreesWithItsRegex(WordSplitter splitter) {
    Pattern pattern =
        Pattern.compile(
            splitter
                .regex()
                .replace("\\s", "\\p{IsWhite_Space}")
                .replace("\\S", "\\P{IsWhite_Space}"));
    Random random = new Random(42);
    for (int round = 0; round < 20_000; round++) {
      String text = randomText(random);
      List<String> expected = new ArrayList<>();
      Matcher matcher = pattern.matcher(text);
      int at = 0;
      while (matcher.find()) {
        assertThat(matcher.start()).as("words of %s leave no gap", text).isEqualTo(at);
        at = matcher.end();
        expected.add(matcher.group());
      }
      assertThat(split(splitter, text)).as(text).isEqualTo(expected);
    }
  }

  /** Nothing outside the part that is split may influence it. */
  @ParameterizedTest
  @EnumSource
  void looksAtNothingBehindTheEnd(WordSplitter splitter) {
    Random random = new Random(43);
    for (int round = 0; round < 2_000; round++) {
      String text = randomText(random);
      String more = text + randomText(random);
      assertThat(split(splitter, more, text.length())).isEqualTo(split(splitter, text));
    }
  }

  private static List<String> split(WordSplitter splitter, String text) {
    return split(splitter, text, text.length());
  }

  private static List<String> split(WordSplitter splitter, String text, int end) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < end) {
      int next = splitter.wordEnd(text, at, end);
      words.add(text.substring(at, next));
      at = next;
    }
    return words;
  }

  private static String randomText(Random random) {
    String[] pieces = {
      "a",
      "Z",
      "é",
      "ß",
      "日",
      "\uD801\uDC00",
      "ſ",
      "1",
      "٣",
      "Ⅷ",
      "½",
      "\uD835\uDFCE",
      " ",
      " ",
      "  ",
      "\t",
      "\n",
      "\r",
      "\r\n",
      "\u000B",
      "\u0085",
      "\u00A0",
      "\u1680",
      "\u2028",
      "\u3000",
      "\u001C",
      "\u200B",
      "\u180E",
      "\uFEFF",
      "'",
      "'s",
      "'S",
      "'ll",
      "'Ve",
      "'r",
      "'ſ",
      ".",
      "!?",
      "_",
      "\u0301",
      "🙂",
      "\uD83D",
      "\0"
    };
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    // A surrogate at the end would join one that another text begins with.
    return text.append(random.nextBoolean() ? "x" : " ").toString();
  }
}
