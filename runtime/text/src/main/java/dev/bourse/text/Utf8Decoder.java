package dev.bourse.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 that arrives in pieces cut anywhere. Returns whole characters as soon as they are
 * complete and holds back at most three bytes. Bytes that cannot be UTF-8 become U+FFFD, one for
 * each maximal part of a character, exactly as {@code new String(bytes, UTF_8)} would replace them
 * in the joined pieces. For one stream and one thread.
 */
public final class Utf8Decoder {

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer pending = ByteBuffer.allocate(64);

  /** The characters that these bytes complete. */
  public String accept(byte[] bytes) {
    if (pending.remaining() < bytes.length) {
      pending.flip();
      pending = ByteBuffer.allocate(pending.remaining() + bytes.length).put(pending);
    }
    pending.put(bytes);
    return decode(false);
  }

  /** Ends the stream: U+FFFD if it ends inside a character. The decoder can then start anew. */
  public String finish() {
    String rest = decode(true);
    decoder.reset();
    return rest;
  }

  private String decode(boolean end) {
    pending.flip();
    // UTF-8 has no more UTF-16 units than bytes.
    CharBuffer chars = CharBuffer.allocate(pending.remaining());
    decoder.decode(pending, chars, end);
    if (end) {
      decoder.flush(chars);
    }
    pending.compact();
    return chars.flip().toString();
  }
}
