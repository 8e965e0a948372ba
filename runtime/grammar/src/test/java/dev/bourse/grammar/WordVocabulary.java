package dev.bourse.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A vocabulary like those of byte-level BPE, of any size and always the same: bytes, white space,
 * punctuation as it clusters in JSON and code, numbers, words of syllables with and without a space
 * before them, and parts of characters.
 */
final class WordVocabulary {

  private static final List<String> SIGNS =
      List.of(
          "\"", "\":", "\": ", "\":\"", "\": \"", "\",", "\",\"", "\", \"", "\"}", "\"]", "\"},",
          "\"}]", "{", "{\"", "{ \"", "}", "},", "},{", "},{\"", "}}", "}}}", "[", "[[", "[\"",
          "[{", "[{\"", "]", "],", "]]", "]}", "},\n", "\",\n", "{\n", "[\n", ",", ", ", ",\n", ":",
          ": ", ": {", ": [", ": \"", " \"", " {", " [", "\\", "\\n", "\\\"", "\\u", "\\\\", ".",
          "...", "-", "--", "_", "/", "//", "()", "();", "=", "==", " =", "true", "false", "null",
          " true", " false", " null", "é", "ö", "€", "日", "本", "日本", "語", "😀", "true,", "null,",
          "\"\"", "\"\",");

  private static final String CONSONANTS = "bcdfghklmnprstvwz";
  private static final String VOWELS = "aeiou";

  private WordVocabulary() {}

  /** The stop token first, then this many tokens less one. */
  static TokenVocabulary of(int size) {
    Set<String> texts = new LinkedHashSet<>(SIGNS);
    for (int i = 1; i <= 64; i++) {
      texts.add(" ".repeat(i));
      texts.add("\n" + " ".repeat(i));
    }
    texts.add("\n");
    texts.add("\n\n");
    texts.add("\t");
    for (int i = 0; i < Math.min(1110, size / 4); i++) {
      texts.add(i < 10 ? "" + i : i < 110 ? "%02d".formatted(i - 10) : "%03d".formatted(i - 110));
    }
    for (int i = 0; texts.size() + 320 < size; i++) {
      String word = word(i);
      texts.add(word);
      texts.add(" " + word);
      if (i % 4 == 0) {
        texts.add(word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
      }
    }
    List<byte[]> tokens = new ArrayList<>();
    tokens.add(new byte[] {'<', '/', 's', '>'});
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    for (int b = 0x80; b < 0xBF; b++) {
      tokens.add(new byte[] {(byte) 0xE3, (byte) b});
    }
    texts.forEach(text -> tokens.add(text.getBytes(StandardCharsets.UTF_8)));
    return TokenVocabulary.ofBytes(tokens.subList(0, Math.min(size, tokens.size())), List.of(0));
  }

  private static String word(int number) {
    StringBuilder word = new StringBuilder();
    int rest = number;
    do {
      word.append(CONSONANTS.charAt(rest % CONSONANTS.length()));
      rest /= CONSONANTS.length();
      word.append(VOWELS.charAt(rest % VOWELS.length()));
      rest /= VOWELS.length();
    } while (rest > 0);
    return word.toString();
  }
}
