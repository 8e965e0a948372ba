package dev.bourse.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one forward pass computes: rows, one for each token, of any number of sequences. Prefill
 * chunks and decodes stand side by side; nothing tells them apart.
 *
 * <p>A batch is filled, run, and cleared for the next step; it keeps its arrays, so a step
 * allocates nothing once the arrays have grown to the size of the work. It is used by one thread.
 *
 * <pre>{@code
 * batch.clear();
 * int sequence = batch.addSequence(pages, pageCount);
 * for (int i = 0; i < tokens.length; i++) {
 *   batch.addRow(sequence, tokens[i], computed + i, computed + i);
 * }
 * int row = batch.rows() - 1;
 * batch.requestLogits(row);
 * pass.run(batch);
 * sample(pass.logits(), pass.logitsOffset(row));
 * }</pre>
 *
 * <p>Everything that depends on the batch alone is checked as it is added; what depends on the
 * model and the page pool, when it is run.
 */
public final class ForwardBatch {
  private static final int ROWS_AT_FIRST = 16;

  private int sequences;
  private int[] pageStarts = new int[ROWS_AT_FIRST + 1];
  private int[] pages = new int[ROWS_AT_FIRST];

  /** For each sequence, the smallest slot that the next row may have. */
  private int[] nextSlots = new int[ROWS_AT_FIRST];

  private int rows;
  private int[] rowSequences = new int[ROWS_AT_FIRST];
  private int[] tokens = new int[ROWS_AT_FIRST];
  private int[] positions = new int[ROWS_AT_FIRST];
  private int[] slots = new int[ROWS_AT_FIRST];
  private long[] @Nullable [] masks = new long[ROWS_AT_FIRST] @Nullable [];
  private @Nullable LoraAdapter[] adapters = new @Nullable LoraAdapter[ROWS_AT_FIRST];
  private final Requests logits = new Requests();
  private final Requests hidden = new Requests();

  /** Empties the batch. */
  public void clear() {
    Arrays.fill(masks, 0, rows, null);
    Arrays.fill(adapters, 0, rows, null);
    sequences = 0;
    rows = 0;
    logits.clear();
    hidden.clear();
  }

  /**
   * Adds a sequence, without any row.
   *
   * @param pageIds the pages that hold its slots, in order; copied
   * @param pageCount how many of {@code pageIds} there are
   * @return its index, for {@link #addRow}
   * @throws IllegalArgumentException if {@code pageCount} is not from 1 to the array's length
   */
  public int addSequence(int[] pageIds, int pageCount) {
    if (pageCount < 1 || pageCount > pageIds.length) {
      throw new IllegalArgumentException(
          "a sequence of " + pageCount + " pages, from an array of " + pageIds.length);
    }
    int start = pageStarts[sequences];
    int end = Math.addExact(start, pageCount);
    pages = grown(pages, end);
    System.arraycopy(pageIds, 0, pages, start, pageCount);
    nextSlots = grown(nextSlots, sequences + 1);
    nextSlots[sequences] = 0;
    pageStarts = grown(pageStarts, sequences + 2);
    pageStarts[sequences + 1] = end;
    return sequences++;
  }

  /**
   * Adds a token to be computed. Its keys and values are written to its slot; it attends to the
   * slots from 0 to its own, those written by other rows of the same batch included.
   *
   * @param sequence what {@link #addSequence} returned
   * @param token its id
   * @param position for rotary position embedding
   * @param slot where it lies in its sequence; the rows of a sequence are added in ascending order
   *     of their slots
   * @return its index in this batch
   * @throws IllegalArgumentException if there is no such sequence, if a number is negative, or if
   *     the slots of the sequence do not ascend
   */
  public int addRow(int sequence, int token, int position, int slot) {
    requireIndex("sequence", sequence, sequences);
    if (token < 0 || position < 0) {
      throw new IllegalArgumentException(
          "token " + token + " at position " + position + ": neither may be negative");
    }
    if (slot < nextSlots[sequence] || slot == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "slot "
              + slot
              + ": the next row of its sequence needs "
              + nextSlots[sequence]
              + " or more");
    }
    nextSlots[sequence] = slot + 1;
    growRows();
    rowSequences[rows] = sequence;
    tokens[rows] = token;
    positions[rows] = position;
    slots[rows] = slot;
    return rows++;
  }

  /**
   * Restricts what a row attends to.
   *
   * @param mask bit {@code j % 64} of word {@code j / 64} tells whether slot {@code j} is visible,
   *     for all slots from 0 to the row's own; not copied, so it must not change until the batch
   *     has run
   * @throws IllegalArgumentException if there is no such row or the mask has too few bits
   */
  public void setMask(int row, long[] mask) {
    requireIndex("row", row, rows);
    if (mask.length <= slots[row] >> 6) {
      throw new IllegalArgumentException(
          "a mask of "
              + mask.length
              + " words has no bit for slot "
              + slots[row]
              + ", which the row writes and sees");
    }
    masks[row] = mask;
  }

  /**
   * Has a row computed with an adapter.
   *
   * @param adapter made for the model that the batch is run with
   * @throws IllegalArgumentException if there is no such row
   */
  public void setAdapter(int row, LoraAdapter adapter) {
    requireIndex("row", row, rows);
    adapters[row] = adapter;
  }

  /** Asks for the logits of a row. */
  public void requestLogits(int row) {
    requireIndex("row", row, rows);
    logits.add(row);
  }

  /**
   * Asks for the hidden state of a row as it is before the logits: after the last normalization.
   */
  public void requestHidden(int row) {
    requireIndex("row", row, rows);
    hidden.add(row);
  }

  /** Rows added since the batch was cleared. */
  public int rows() {
    return rows;
  }

  /** Sequences added since the batch was cleared. */
  public int sequences() {
    return sequences;
  }

  /** The rows whose logits were asked for. */
  Requests logits() {
    return logits;
  }

  /** The rows whose hidden states were asked for. */
  Requests hidden() {
    return hidden;
  }

  int pageCount(int sequence) {
    return pageStarts[sequence + 1] - pageStarts[sequence];
  }

  int page(int sequence, int index) {
    return pages[pageStarts[sequence] + index];
  }

  int sequence(int row) {
    return rowSequences[row];
  }

  int token(int row) {
    return tokens[row];
  }

  int position(int row) {
    return positions[row];
  }

  int slot(int row) {
    return slots[row];
  }

  long @Nullable [] mask(int row) {
    return masks[row];
  }

  @Nullable LoraAdapter adapter(int row) {
    return adapters[row];
  }

  private void growRows() {
    rowSequences = grown(rowSequences, rows + 1);
    tokens = grown(tokens, rows + 1);
    positions = grown(positions, rows + 1);
    slots = grown(slots, rows + 1);
    logits.grow(rows + 1);
    hidden.grow(rows + 1);
    if (masks.length < rows + 1) {
      masks = Arrays.copyOf(masks, 2 * masks.length);
      adapters = Arrays.copyOf(adapters, 2 * adapters.length);
    }
  }

  private static int[] grown(int[] array, int length) {
    return array.length >= length
        ? array
        : Arrays.copyOf(array, Math.max(length, 2 * array.length));
  }

  private static void requireIndex(String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "there is no " + what + " " + index + ": the batch has " + count);
    }
  }

  /** Some of the rows, in the order in which they were asked for. */
  static final class Requests {
    private int count;
    private int[] rowsByIndex = new int[ROWS_AT_FIRST];
    private int[] indexesByRow = new int[ROWS_AT_FIRST];
    private boolean[] requested = new boolean[ROWS_AT_FIRST];

    int count() {
      return count;
    }

    /** The row that was asked for as number {@code index}. */
    int row(int index) {
      return rowsByIndex[index];
    }

    boolean contains(int row) {
      return requested[row];
    }

    /**
     * As what number a row was asked for.
     *
     * @throws IllegalArgumentException if it was not
     */
    int index(int row) {
      if (row < 0 || row >= requested.length || !requested[row]) {
        throw new IllegalArgumentException("nothing was requested for row " + row);
      }
      return indexesByRow[row];
    }

    private void add(int row) {
      if (!requested[row]) {
        requested[row] = true;
        rowsByIndex[count] = row;
        indexesByRow[row] = count++;
      }
    }

    private void clear() {
      for (int i = 0; i < count; i++) {
        requested[rowsByIndex[i]] = false;
      }
      count = 0;
    }

    private void grow(int rows) {
      rowsByIndex = grown(rowsByIndex, rows);
      indexesByRow = grown(indexesByRow, rows);
      if (requested.length < rows) {
        requested = Arrays.copyOf(requested, rowsByIndex.length);
      }
    }
  }
}
