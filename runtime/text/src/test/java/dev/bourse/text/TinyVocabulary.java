package dev.bourse.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Small byte-level vocabularies for tests: ids 0 to 255 are the bytes, then come the results of the
 * merges in order, then the special tokens.
 */
public final class TinyVocabulary {

  private final String pre;
  private final List<String> tokens = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<String> merges = new ArrayList<>();

  public TinyVocabulary(String pre) {
    this.pre = pre;
    for (int b = 0; b < 256; b++) {
      add(new String(new char[] {charOf((byte) b)}), TokenType.NORMAL);
    }
  }

  /** The character that stands for a byte. */
  static char charOf(byte b) {
    for (char c = 0; c < 0x144; c++) {
      if (ByteAlphabet.contains(c) && ByteAlphabet.byteOf(c) == b) {
        return c;
      }
    }
    throw new AssertionError("no character for byte " + b);
  }

  /** Text as byte-level vocabularies write it. */
  static String byteLevel(String text) {
    StringBuilder written = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      written.append(charOf(b));
    }
    return written.toString();
  }

  /** Adds a merge of two byte-level texts and its result, if that is new. */
  TinyVocabulary merge(String left, String right) {
    merges.add(left + " " + right);
    if (!tokens.contains(left + right)) {
      add(left + right, TokenType.NORMAL);
    }
    return this;
  }

  public TinyVocabulary add(String token, TokenType type) {
    tokens.add(token);
    types.add(type.code());
    return this;
  }

  public int id(String token) {
    int id = tokens.indexOf(token);
    if (id < 0) {
      throw new AssertionError("no token '" + token + "'");
    }
    return id;
  }

  int[] ids(String... texts) {
    int[] ids = new int[texts.length];
    for (int i = 0; i < texts.length; i++) {
      ids[i] = id(texts[i]);
    }
    return ids;
  }

  List<String> tokens() {
    return tokens;
  }

  List<String> merges() {
    return merges;
  }

  public Vocabulary.Builder builder() {
    return Vocabulary.builder("gpt2", pre)
        .tokens(tokens)
        .types(types.stream().mapToInt(Integer::intValue).toArray())
        .merges(merges);
  }

  public Tokenizer tokenizer() {
    return Tokenizer.of(builder().build());
  }
}
