package dev.bourse.grammar;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/** The beginning of some UTF-8 that ends with a whole character. */
final class WholeCharacters {

  private WholeCharacters() {}

  static String of(byte[] utf8) {
    CharBuffer text = CharBuffer.allocate(utf8.length);
    // The decoder stops before a character that is not complete.
    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), text, false);
    return text.flip().toString();
  }
}
