package dev.bourse.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Vocabularies for tests. Token 0 is the stop token, tokens 1 to 256 are the bytes. */
final class Vocabularies {

  static final int STOP = 0;

  private Vocabularies() {}

  /** The stop token, all bytes, and some texts. */
  static TokenVocabulary of(String... texts) {
    List<byte[]> tokens = new ArrayList<>();
    tokens.add("</s>".getBytes(StandardCharsets.UTF_8));
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    for (String text : texts) {
      tokens.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return TokenVocabulary.ofBytes(tokens, List.of(STOP));
  }

  /** The stop token, all bytes, and all texts of two and three characters of an alphabet. */
  static TokenVocabulary small(List<String> letters) {
    List<String> texts = new ArrayList<>();
    for (String first : letters) {
      for (String second : letters) {
        texts.add(first + second);
        for (String third : letters) {
          texts.add(first + second + third);
        }
      }
    }
    return of(texts.toArray(String[]::new));
  }

  static List<String> letters(String alphabet) {
    return alphabet.codePoints().mapToObj(Character::toString).toList();
  }

  /** The tokens of the bytes of a text. */
  static int[] bytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      tokens[i] = 1 + (utf8[i] & 0xFF);
    }
    return tokens;
  }

  /** Whether a text matches, byte by byte. */
  static boolean matches(CompiledGrammar grammar, String text) {
    Matcher matcher = grammar.matcher();
    for (int token : bytes(text)) {
      if (!matcher.allows(token)) {
        return false;
      }
      matcher.accept(token);
    }
    return matcher.mayEnd();
  }
}
