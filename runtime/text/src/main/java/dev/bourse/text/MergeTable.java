package dev.bourse.text;

import java.util.List;

/**
 * The merges of a BPE vocabulary: which pairs of adjacent tokens become one, and which first. An
 * open-addressing hash table from pairs of ids to ranks.
 */
final class MergeTable {

  /** The rank of a pair that is never merged: after every other. */
  static final int NEVER = Integer.MAX_VALUE;

  /** Left id + 1 in the high half, right id in the low half; 0 is a free slot. */
  private final long[] pairs;

  private final int[] ranks;
  private final int[] merged;

  /**
   * Compiles merges.
   *
   * <p>Converters rewrite some tokens, mostly runs of spaces, from byte-level text to user-defined
   * tokens, and keep their merges. These never apply, and are left out.
   *
   * @throws VocabularyException if a part or the result of another merge is no token
   */
  MergeTable(List<String> merges, TokenTable tokens) {
    int capacity = Integer.highestOneBit(Math.max(1, merges.size())) * 4;
    pairs = new long[capacity];
    ranks = new int[capacity];
    merged = new int[merges.size()];
    byte[] word = new byte[256];
    for (int rank = 0; rank < merges.size(); rank++) {
      String merge = merges.get(rank);
      int space = merge.indexOf(' ', 1);
      int length = merge.length() - 1;
      if (space < 0 || space == length) {
        throw problem(rank, merge, "it should be two tokens with a space between them");
      }
      if (length > word.length) {
        word = new byte[length * 2];
      }
      decode(rank, merge, space, word);
      int left = tokens.find(word, 0, space);
      int right = tokens.find(word, space, length);
      int whole = tokens.find(word, 0, length);
      if (left == TokenTable.ABSENT) {
        requireCutOut(rank, merge, tokens, word, 0, space);
      } else if (right == TokenTable.ABSENT) {
        requireCutOut(rank, merge, tokens, word, space, length);
      } else if (whole == TokenTable.ABSENT) {
        requireCutOut(rank, merge, tokens, word, 0, length);
      } else {
        merged[rank] = whole;
        insert(left, right, rank);
      }
    }
  }

  /** When a pair is merged, the lower the sooner, or {@link #NEVER}. */
  int rank(int left, int right) {
    int at = slot(pair(left, right));
    return pairs[at] == 0 ? NEVER : ranks[at];
  }

  /** The token that the pair of this rank becomes. */
  int merged(int rank) {
    return merged[rank];
  }

  /** A pair that is listed twice keeps its better rank. */
  private void insert(int left, int right, int rank) {
    long pair = pair(left, right);
    int at = slot(pair);
    if (pairs[at] == 0) {
      pairs[at] = pair;
      ranks[at] = rank;
    }
  }

  private int slot(long pair) {
    int mask = pairs.length - 1;
    int at = (int) ((pair * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (pairs[at] != 0 && pairs[at] != pair) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static long pair(int left, int right) {
    return ((left + 1L) << 32) | (right & 0xFFFFFFFFL);
  }

  /** Writes the bytes of both parts, without the space between them. */
  private static void decode(int rank, String merge, int space, byte[] word) {
    int at = 0;
    for (int i = 0; i < merge.length(); i++) {
      if (i != space) {
        char c = merge.charAt(i);
        if (!ByteAlphabet.contains(c)) {
          throw problem(rank, merge, "U+%04X is not in the byte-level alphabet".formatted((int) c));
        }
        word[at++] = ByteAlphabet.byteOf(c);
      }
    }
  }

  private static void requireCutOut(
      int rank, String merge, TokenTable tokens, byte[] word, int from, int to) {
    if (!tokens.isCutOut(word, from, to)) {
      int space = merge.indexOf(' ', 1);
      String joined = merge.substring(0, space) + merge.substring(space + 1);
      throw problem(rank, merge, "'%s' is not a token".formatted(joined.substring(from, to)));
    }
  }

  private static VocabularyException problem(int rank, String merge, String what) {
    return new VocabularyException("merge %d '%s': %s".formatted(rank, merge, what));
  }
}
