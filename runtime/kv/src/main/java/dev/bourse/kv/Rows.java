package dev.bourse.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Rows that still change, such as those of a page table after its sealed pages. */
public final class Rows {
  private int[] tokens = new int[8];
  private int[] positions = new int[8];
  private int @Nullable [] @Nullable [] masks;
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
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      positions = Arrays.copyOf(positions, 2 * count);
      masks = masks == null ? null : Arrays.copyOf(masks, 2 * count);
    }
    if (mask != null && masks == null) {
      masks = new int[tokens.length] @Nullable [];
    }
    tokens[count] = token;
    positions[count] = position;
    if (masks != null) {
      masks[count] = mask;
    }
    count++;
  }

  void add(PageContent content, int rows) {
    for (int row = 0; row < rows; row++) {
      add(content.token(row), content.position(row), content.mask(row));
    }
  }

  /** Forgets all rows but the first {@code rows}. */
  void keep(int rows) {
    if (masks != null) {
      Arrays.fill(masks, rows, count, null);
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
    keep(left);
  }

  /** The first {@code rows}, as they are now. */
  public PageContent first(int rows) {
    return new PageContent(
        Arrays.copyOf(tokens, rows), Arrays.copyOf(positions, rows), masksOfFirst(rows));
  }

  /**
   * The first {@code own} rows here, and those of {@code more} from {@code from} to {@code end}
   * after them.
   */
  PageContent followedBy(int own, RowSource more, int from, int end) {
    Rows all = new Rows();
    for (int row = 0; row < own; row++) {
      all.add(tokens[row], positions[row], masks == null ? null : masks[row]);
    }
    for (int row = from; row < end; row++) {
      all.add(more.token(row), more.position(row), more.mask(row));
    }
    return all.first(all.count);
  }

  private int @Nullable [] @Nullable [] masksOfFirst(int rows) {
    if (masks == null) {
      return null;
    }
    for (int row = 0; row < rows; row++) {
      if (masks[row] != null) {
        return Arrays.copyOf(masks, rows);
      }
    }
    return null;
  }
}
