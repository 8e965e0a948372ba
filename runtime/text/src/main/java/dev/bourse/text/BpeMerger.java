package dev.bourse.text;

/**
 * Byte pair encoding of one word: starts with its bytes and merges, as long as there is one, the
 * adjacent pair of the lowest rank, the leftmost of several. A linked list of the symbols and a
 * priority queue of the pairs make that O(n log n). For one thread; reused from word to word.
 */
final class BpeMerger {

  private final int[] byteTokens;
  private final MergeTable merges;
  private final LongHeap queue = new LongHeap();

  // One entry per symbol. A symbol that was merged into its left neighbour keeps its place, with
  // a pair rank of NEVER.
  private int[] ids = new int[64];
  private int[] next = new int[64];
  private int[] previous = new int[64];

  /** The rank of the pair of a symbol and its successor. */
  private int[] pairRanks = new int[64];

  /**
   * A merger.
   *
   * @param byteTokens the token of each byte, or {@link TokenTable#ABSENT}
   */
  BpeMerger(int[] byteTokens, MergeTable merges) {
    this.byteTokens = byteTokens;
    this.merges = merges;
  }

  /**
   * Appends the tokens of {@code word[0, length)}. A byte that is no token yields none, as in
   * llama.cpp.
   */
  void encode(byte[] word, int length, IntList out) {
    start(word, length);
    while (!queue.isEmpty()) {
      long entry = queue.pop();
      int rank = (int) (entry >>> 32);
      int left = (int) entry;
      if (pairRanks[left] == rank) { // otherwise the pair is gone
        merge(left, rank, length);
      }
    }
    for (int symbol = 0; symbol < length; symbol = next[symbol]) {
      if (ids[symbol] != TokenTable.ABSENT) {
        out.add(ids[symbol]);
      }
    }
  }

  private void start(byte[] word, int length) {
    if (length > ids.length) {
      int capacity = Math.max(length, 2 * ids.length);
      ids = new int[capacity];
      next = new int[capacity];
      previous = new int[capacity];
      pairRanks = new int[capacity];
    }
    for (int i = 0; i < length; i++) {
      ids[i] = byteTokens[word[i] & 0xFF];
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i < length; i++) {
      rankPair(i, length);
    }
  }

  private void merge(int left, int rank, int length) {
    int right = next[left];
    int after = next[right];
    ids[left] = merges.merged(rank);
    next[left] = after;
    pairRanks[right] = MergeTable.NEVER;
    if (after < length) {
      previous[after] = left;
    }
    rankPair(left, length);
    if (left > 0) {
      rankPair(previous[left], length);
    }
  }

  private void rankPair(int left, int length) {
    int right = next[left];
    int rank = right < length ? merges.rank(ids[left], ids[right]) : MergeTable.NEVER;
    pairRanks[left] = rank;
    if (rank != MergeTable.NEVER) {
      queue.push(((long) rank << 32) | left);
    }
  }
}
