package dev.bourse.text;

/**
 * Merges the characters of a text into tokens: as long as two neighbours together are a token,
 * those with the best score, the leftmost of several. A linked list of the symbols and a priority
 * queue of the pairs make that O(n log n). For one thread.
 */
final class SentencePieceMerger {

  private static final int NONE = -1;

  private final TokenTable tokens;
  private final float[] scores;
  private final int[] byteTokens;
  private final LongHeap queue = new LongHeap();

  // One entry per byte of the text; a symbol is known by its first byte.
  private byte[] text = {};
  private int[] ends = {};
  private int[] previous = {};

  /** The token that a symbol and its successor would be. */
  private int[] pairs = {};

  /**
   * A merger.
   *
   * @param scores of the tokens
   * @param byteTokens what is written for a byte that is in no token
   */
  SentencePieceMerger(TokenTable tokens, float[] scores, int[] byteTokens) {
    this.tokens = tokens;
    this.scores = scores;
    this.byteTokens = byteTokens;
  }

  /** Appends the tokens of a text in UTF-8. */
  void encode(byte[] utf8, IntList out) {
    start(utf8);
    while (!queue.isEmpty()) {
      long entry = queue.pop();
      int left = (int) entry;
      // Otherwise the pair is gone.
      if (pairs[left] != NONE && order(pairs[left]) == (int) (entry >>> 32)) {
        merge(left);
      }
    }
    for (int symbol = 0; symbol < text.length; symbol = ends[symbol]) {
      write(symbol, out);
    }
  }

  private void write(int symbol, IntList out) {
    int token = tokens.find(text, symbol, ends[symbol]);
    if (token != TokenTable.ABSENT) {
      out.add(token);
      return;
    }
    for (int i = symbol; i < ends[symbol]; i++) {
      int id = byteTokens[text[i] & 0xFF];
      if (id != TokenTable.ABSENT) {
        out.add(id);
      }
    }
  }

  private void start(byte[] utf8) {
    text = utf8;
    ends = new int[utf8.length];
    previous = new int[utf8.length];
    pairs = new int[utf8.length];
    int before = NONE;
    for (int at = 0; at < utf8.length; at = ends[at]) {
      int end = at + 1;
      while (end < utf8.length && (utf8[end] & 0xC0) == 0x80) {
        end++;
      }
      ends[at] = end;
      previous[at] = before;
      before = at;
    }
    for (int at = 0; at < utf8.length; at = ends[at]) {
      pair(at);
    }
  }

  private void merge(int left) {
    int right = ends[left];
    ends[left] = ends[right];
    pairs[right] = NONE;
    if (ends[left] < text.length) {
      previous[ends[left]] = left;
    }
    pair(left);
    if (previous[left] != NONE) {
      pair(previous[left]);
    }
  }

  private void pair(int left) {
    int right = ends[left];
    int token = right < text.length ? tokens.find(text, left, ends[right]) : TokenTable.ABSENT;
    pairs[left] = token == TokenTable.ABSENT ? NONE : token;
    if (pairs[left] != NONE) {
      queue.push(((long) order(token) << 32) | left);
    }
  }

  /** Ascending integers for descending scores. */
  private int order(int token) {
    int bits = Float.floatToIntBits(-scores[token]);
    return bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
  }
}
