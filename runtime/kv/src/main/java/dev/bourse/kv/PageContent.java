package dev.bourse.kv;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the keys and values of a page were computed from, row by row; with the pages before it, it
 * determines them to the bit.
 *
 * <p>A row's mask says which slots of the context it attends to, as run lengths, alternating
 * <em>hidden first</em>, without empty runs but the first, and without a hidden run at the end; a
 * row without a mask attends to everything up to itself. So equal masks have equal runs. Rows of
 * one page may have different adapters: each is what it was computed with.
 */
public final class PageContent {
  private final int[] tokens;
  private final int[] positions;
  private final int @Nullable [] @Nullable [] masks;
  private final @Nullable String @Nullable [] adapters;

  /**
   * Rows, which are not copied and must not change.
   *
   * @param masks for each row its runs or null; null if no row has any
   * @param adapters for each row the digest of its adapter or null; null if no row has any
   */
  PageContent(
      int[] tokens,
      int[] positions,
      int @Nullable [] @Nullable [] masks,
      @Nullable String @Nullable [] adapters) {
    this.tokens = tokens;
    this.positions = positions;
    this.masks = masks;
    this.adapters = adapters;
  }

  /** Rows. */
  public int length() {
    return tokens.length;
  }

  public int token(int row) {
    return tokens[row];
  }

  public int position(int row) {
    return positions[row];
  }

  /** The runs of a row's mask, or null; not to be changed. */
  public int @Nullable [] mask(int row) {
    return masks == null ? null : masks[row];
  }

  /** The digest of the adapter that a row was computed with, or null for the model alone. */
  public @Nullable String adapter(int row) {
    return adapters == null ? null : adapters[row];
  }

  /** Whether any row was computed with an adapter. */
  public boolean hasAdapters() {
    return adapters != null;
  }

  int highestPosition() {
    return Arrays.stream(positions).max().orElse(-1);
  }

  boolean sameAs(PageContent other) {
    return length() == other.length() && commonRows(other) == length();
  }

  /** How many rows from the first on are equal. */
  int commonRows(PageContent other) {
    int end = Math.min(length(), other.length());
    for (int row = 0; row < end; row++) {
      if (tokens[row] != other.tokens[row]
          || positions[row] != other.positions[row]
          || !Arrays.equals(mask(row), other.mask(row))
          || !Objects.equals(adapter(row), other.adapter(row))) {
        return row;
      }
    }
    return end;
  }
}
