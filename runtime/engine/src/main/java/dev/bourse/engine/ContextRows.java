package dev.bourse.engine;

import dev.bourse.kv.PageRange;
import dev.bourse.kv.PageTable;
import dev.bourse.kv.RowMasks;
import dev.bourse.kv.RowSource;
import dev.bourse.model.LoraAdapter;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a pass as they will stand in its context: what each attends to follows from the
 * pass's own masks, from the context's window, and from the pages that were dropped.
 */
final class ContextRows implements RowSource {
  private final PendingForward pending;
  private final PageTable table;
  private final AttentionWindow window;
  private final int firstSlot;

  /** The table's next slot is that of the pass's next row. */
  ContextRows(Context context, PendingForward pending) {
    this.pending = pending;
    this.table = context.table();
    this.window = context.attentionWindow();
    this.firstSlot = table.length() - pending.next();
  }

  @Override
  public int token(int row) {
    return pending.request.token(row);
  }

  @Override
  public int position(int row) {
    return pending.request.position(row);
  }

  @Override
  public @Nullable String adapter(int row) {
    LoraAdapter adapter = pending.request.adapter();
    return adapter == null ? null : adapter.digest();
  }

  @Override
  public int @Nullable [] mask(int row) {
    int[][] masks = pending.request.attentionMasks();
    int slot = firstSlot + row;
    if (masks == null && table.dropped().isEmpty() && window.seesAll(slot)) {
      return null;
    }
    BitSet visible;
    if (masks == null) {
      visible = new BitSet(slot + 1);
      visible.set(0, slot + 1);
    } else {
      // A mask may tell of slots that later rows of the pass will fill.
      visible = BitSet.valueOf(Brle.decode(masks[row], firstSlot + pending.request.size()));
    }
    for (PageRange range : table.dropped()) {
      visible.clear(range.first() * table.pageTokens(), range.end() * table.pageTokens());
    }
    window.hide(visible, slot);
    return RowMasks.runs(visible, slot);
  }
}
