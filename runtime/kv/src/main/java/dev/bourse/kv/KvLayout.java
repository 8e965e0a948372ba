package dev.bourse.kv;

/**
 * Where the keys and values of a token lie inside a page.
 *
 * <p>A page holds {@code pageTokens} slots of every layer as 32-bit floats. For each layer first
 * the keys, transposed as {@code [kvHead][headDim][pageTokens]}, so that a vector register holds
 * one dimension of several tokens and scores need no horizontal sum; then the values as {@code
 * [kvHead][pageTokens][headDim]}, so that a register holds several dimensions of one token.
 *
 * @param layers transformer layers
 * @param kvHeads key/value heads a layer
 * @param headDim floats a head
 * @param pageTokens slots a page: 8, 16 or 32
 */
public record KvLayout(int layers, int kvHeads, int headDim, int pageTokens) {
  public KvLayout {
    requirePositive("layers", layers);
    requirePositive("kvHeads", kvHeads);
    requirePositive("headDim", headDim);
    if (pageTokens != 8 && pageTokens != 16 && pageTokens != 32) {
      throw new IllegalArgumentException(
          "page size " + pageTokens + " tokens is not supported: use 8, 16 or 32");
    }
  }

  /** Bytes of one page: keys and values of all layers. */
  public long pageBytes() {
    return Math.multiplyExact(2L * layers, blockBytes());
  }

  /** Byte offset, inside a page, of the keys of {@code layer}. */
  public long keysOffset(int layer) {
    return 2L * layer * blockBytes();
  }

  /** Byte offset, inside a page, of the values of {@code layer}. */
  public long valuesOffset(int layer) {
    return (2L * layer + 1) * blockBytes();
  }

  /** Pages needed to hold {@code tokens} slots. */
  public int pagesFor(int tokens) {
    return Math.ceilDiv(tokens, pageTokens);
  }

  private long blockBytes() {
    return (long) kvHeads * headDim * pageTokens * Float.BYTES;
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ": it must be positive");
    }
  }
}
