package dev.bourse.text;

/**
 * The 256 printable characters in which byte-level vocabularies write bytes (GPT-2's {@code
 * bytes_to_unicode}): the printable ones of Latin-1 stand for themselves, the other bytes, in
 * ascending order, for U+0100 and up. So a space is {@code Ġ} and a newline {@code Ċ}.
 */
final class ByteAlphabet {

  private static final int CHARS = 0x144;
  private static final boolean[] CONTAINED = new boolean[CHARS];
  private static final byte[] BYTE_OF = new byte[CHARS];

  static {
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b > 0x20 && b < 0x7F) || (b > 0xA0 && b != 0xAD);
      int c = printable ? b : next++;
      CONTAINED[c] = true;
      BYTE_OF[c] = (byte) b;
    }
  }

  private ByteAlphabet() {}

  static boolean contains(char c) {
    return c < CHARS && CONTAINED[c];
  }

  /** The byte that a character of the alphabet stands for. */
  static byte byteOf(char c) {
    return BYTE_OF[c];
  }
}
