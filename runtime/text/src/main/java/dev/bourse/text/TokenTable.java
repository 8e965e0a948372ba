package dev.bourse.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The bytes of every token, one after the other in one array, and an open-addressing hash table
 * that leads from bytes back to the token. Words and the parts of merges are looked up as bytes, so
 * that no string is made for any of them.
 */
final class TokenTable {

  /** What {@link #find} returns for bytes that are no token. */
  static final int ABSENT = -1;

  /** The most bytes that all tokens may have together. */
  private static final int BYTES_MAX = 1 << 28;

  private byte[] bytes;
  private final int[] starts;
  private final int[] slots;
  private int longest;

  /** The texts of user-defined tokens that no word can become. */
  private final Set<String> cutOut = new HashSet<>();

  TokenTable(Vocabulary vocabulary) {
    int size = vocabulary.size();
    bytes = new byte[8 * size + 64];
    starts = new int[size + 1];
    slots = new int[Integer.highestOneBit(size) * 4];
    Arrays.fill(slots, ABSENT);
    for (int id = 0; id < size; id++) {
      String text = vocabulary.token(id);
      boolean findable =
          switch (vocabulary.type(id)) {
            case NORMAL -> appendNormal(id, text, vocabulary.model());
            case CONTROL, USER_DEFINED, UNKNOWN -> appendSpecial(id, text);
            case BYTE -> append(id, new byte[] {parseByte(id, text)}, false);
            case UNUSED -> append(id, new byte[0], false);
          };
      if (findable) {
        insert(id, text);
      } else if (vocabulary.type(id) == TokenType.USER_DEFINED) {
        cutOut.add(text);
      }
    }
    bytes = Arrays.copyOf(bytes, starts[size]);
  }

  int length(int id) {
    return starts[id + 1] - starts[id];
  }

  /** Copies a token's bytes to {@code target[at...]}. */
  void copy(int id, byte[] target, int at) {
    System.arraycopy(bytes, starts[id], target, at, length(id));
  }

  /** The token with these bytes, or {@link #ABSENT}. */
  int find(byte[] word, int from, int to) {
    int length = to - from;
    if (length > longest) {
      return ABSENT;
    }
    return slots[slot(word, from, to)];
  }

  /**
   * Whether these bytes are the text of a user-defined token that is cut out of every text before
   * it is split into words, so that no word contains them.
   */
  boolean isCutOut(byte[] word, int from, int to) {
    return cutOut.contains(new String(word, from, to - from, StandardCharsets.UTF_8));
  }

  /** The slot that holds the token with these bytes, or the free one where it belongs. */
  private int slot(byte[] word, int from, int to) {
    int mask = slots.length - 1;
    int at = hash(word, from, to) & mask;
    while (slots[at] != ABSENT) {
      int id = slots[at];
      if (Arrays.equals(bytes, starts[id], starts[id + 1], word, from, to)) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return at;
  }

  private static int hash(byte[] word, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = (hash + word[i]) * 0x9E3779B1;
    }
    return hash ^ (hash >>> 15);
  }

  private void insert(int id, String text) {
    int slot = slot(bytes, starts[id], starts[id + 1]);
    if (slots[slot] != ABSENT) {
      throw new VocabularyException(
          "token %d '%s' has the same text as token %d".formatted(id, text, slots[slot]));
    }
    slots[slot] = id;
    longest = Math.max(longest, length(id));
  }

  private boolean appendNormal(int id, String text, TokenizerModel model) {
    return switch (model) {
      case BYTE_LEVEL_BPE -> appendByteLevel(id, text);
      case SENTENCE_PIECE ->
          append(id, text.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8), !text.isEmpty());
    };
  }

  /** Byte-level text, or, if it is none, text as it stands, which no word can become. */
  private boolean appendByteLevel(int id, String text) {
    int at = starts[id];
    reserve((long) at + text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!ByteAlphabet.contains(c)) {
        return append(id, text.getBytes(StandardCharsets.UTF_8), false);
      }
      bytes[at++] = ByteAlphabet.byteOf(c);
    }
    starts[id + 1] = at;
    return at > starts[id];
  }

  /** A special token stands as it is written; words can become it only if it is plain ASCII. */
  private boolean appendSpecial(int id, String text) {
    boolean plain = !text.isEmpty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain &= c > 0x20 && c < 0x7F;
    }
    return append(id, text.getBytes(StandardCharsets.UTF_8), plain);
  }

  private boolean append(int id, byte[] added, boolean findable) {
    int at = starts[id];
    reserve((long) at + added.length);
    System.arraycopy(added, 0, bytes, at, added.length);
    starts[id + 1] = at + added.length;
    return findable;
  }

  private void reserve(long length) {
    if (length > BYTES_MAX) {
      throw new VocabularyException(
          "the tokens are longer than " + BYTES_MAX + " bytes together, which is the limit");
    }
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(length, 2L * bytes.length));
    }
  }

  private static byte parseByte(int id, String text) {
    if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
      return (byte) Integer.parseInt(text, 3, 5, 16);
    }
    throw new VocabularyException(
        "token %d '%s' is a byte token, but not written like <0x0A>".formatted(id, text));
  }
}
