package dev.bourse.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows that still change, such as those of a page table after its sealed pages. */
public final class Rows {
  private int[] tokens = new int[8];
  private int[] positions = new int[8];
  private int @Nullable [] @Nullable [] masks;
  private @Nullable String @Nullable [] adapters;
  private int count;

  /** How many there are. */
  public int count() {
    return count;
  }

  int token(int row) {
    return tokens[row];
  }

  int position(int row) {
    return positions[row];
  }

  /**
   * Adds a row.
   *
   * @param mask normalized as {@link PageContent} says, or null
   */
  public void add(int token, int position, int @Nullable [] mask) {
    add(token, position, mask, null);
  }

  /**
   * Adds a row.
   *
   * @param mask normalized as {@link PageContent} says, or null
   * @param adapter the digest of the adapter it is computed with, or null for the model alone
   */
  public void add(int token, int position, int @Nullable [] mask, @Nullable String adapter) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      positions = Arrays.copyOf(positions, 2 * count);
      masks = masks == null ? null : Arrays.copyOf(masks, 2 * count);
      adapters = adapters == null ? null : Arrays.copyOf(adapters, 2 * count);
    }
    if (mask != null && masks == null) {
      masks = new int[tokens.length] @Nullable [];
    }
    tokens[count] = token;
    positions[count] = position;
    if (masks != null) {
      masks[count] = mask;
    }
    if (adapter != null && adapters == null) {
      adapters = new String[tokens.length];
    }
    if (adapters != null) {
      adapters[count] = adapter;
    }
    count++;
  }

  void add(PageContent content, int rows) {
    for (int row = 0; row < rows; row++) {
      add(content.token(row), content.position(row), content.mask(row), content.adapter(row));
    }
  }

  /** Forgets all rows but the first {@code rows}. */
  void keep(int rows) {
    if (masks != null) {
      Arrays.fill(masks, rows, count, null);
    }
    if (adapters != null) {
      Arrays.fill(adapters, rows, count, null);
    }
    count = rows;
  }

  /** Forgets the first {@code rows}. */
  void removeFirst(int rows) {
    int left = count - rows;
    System.arraycopy(tokens, rows, tokens, 0, left);
    System.arraycopy(positions, rows, positions, 0, left);
    if (masks != null) {
      System.arraycopy(masks, rows, masks, 0, left);
    }
    if (adapters != null) {
      System.arraycopy(adapters, rows, adapters, 0, left);
    }
    keep(left);
  }

  /** The first {@code rows}, as they are now. */
  public PageContent first(int rows) {
    return new PageContent(
        Arrays.copyOf(tokens, rows),
        Arrays.copyOf(positions, rows),
        anyOfFirst(masks, rows),
        anyOfFirst(adapters, rows));
  }

  /**
   * The first {@code own} rows here, and those of {@code more} from {@code from} to {@code end}
   * after them.
   */
  PageContent followedBy(int own, RowSource more, int from, int end) {
    Rows all = new Rows();
    for (int row = 0; row < own; row++) {
      all.add(
          tokens[row],
          positions[row],
          masks == null ? null : masks[row],
          adapters == null ? null : adapters[row]);
    }
    for (int row = from; row < end; row++) {
      all.add(more.token(row), more.position(row), more.mask(row), more.adapter(row));
    }
    return all.first(all.count);
  }

  private static <T> @Nullable T @Nullable [] anyOfFirst(
      @Nullable T @Nullable [] values, int rows) {
    if (values == null) {
      return null;
    }
    for (int row = 0; row < rows; row++) {
      if (values[row] != null) {
        return Arrays.copyOf(values, rows);
      }
    }
    return null;
  }
}
