package dev.bourse.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A page table, and beside it the naive model of a context: a plain list of rows. */
final class SimulatedContext {
  /** Slots that a row sees besides the first ones, where a context has a window. */
  private static final int WINDOW = 12;

  private static final int SINKS = 3;

  /**
   * A row.
   *
   * @param value what its slot must hold
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Row(int token, int position, int @Nullable [] mask, long value) {}

  final PageTable table;
  final boolean windowed;
  private final List<Row> rows = new ArrayList<>();
  private final BitSet dropped = new BitSet();

  /** Whose pages it may have: its own, and those it was opened from. */
  private final Set<String> lineages = new HashSet<>();

  private int pages;
  private int committed;

  /** Rows at the end that a forward pass is computing, and the frames it computes on. */
  private int inFlight;

  private int[] frames = new int[0];

  SimulatedContext(PageTable table, boolean windowed) {
    this.table = table;
    this.windowed = windowed;
    lineages.add(table.lineage().name());
  }

  boolean isInFlight() {
    return inFlight > 0;
  }

  /** The rows that follow, if tokens are drawn from few. */
  List<Row> nextRows(int count, Random random) {
    List<Row> all = new ArrayList<>(rows);
    for (int i = 0; i < count; i++) {
      int slot = all.size();
      int token = random.nextInt(12) == 0 ? 1 + random.nextInt(2) : 0;
      int position = slot + (random.nextInt(100) == 0 ? random.nextInt(9) - 4 : 0);
      BitSet visible = new BitSet();
      visible.set(0, slot + 1);
      if (windowed) {
        visible.clear(Math.min(SINKS, slot), Math.max(Math.min(SINKS, slot), slot - WINDOW));
      } else if (random.nextInt(50) == 0) {
        visible.clear(random.nextInt(slot + 1));
      }
      add(all, token, position, visible);
    }
    return all.subList(rows.size(), all.size());
  }

  /** The rows that follow, if one token comes again and again. */
  List<Row> nextRows(int count, int token) {
    List<Row> all = new ArrayList<>(rows);
    for (int i = 0; i < count; i++) {
      BitSet visible = new BitSet();
      visible.set(0, all.size() + 1);
      add(all, token, all.size(), visible);
    }
    return all.subList(rows.size(), all.size());
  }

  private void add(List<Row> all, int token, int position, BitSet visible) {
    int slot = all.size();
    int[] mask = mask(slot, visible);
    all.add(
        new Row(
            token,
            position,
            mask,
            ToyModel.value(token, position, mask, slot, earlier -> all.get(earlier).value())));
  }

  private int @Nullable [] mask(int slot, BitSet visible) {
    for (int page = dropped.nextSetBit(0); page >= 0; page = dropped.nextSetBit(page + 1)) {
      visible.clear(page * ToyModel.PAGE_TOKENS, (page + 1) * ToyModel.PAGE_TOKENS);
    }
    return RowMasks.runs(visible, slot);
  }

  static RowSource source(List<Row> wanted) {
    return new RowSource() {
      @Override
      public int token(int row) {
        return wanted.get(row).token();
      }

      @Override
      public int position(int row) {
        return wanted.get(row).position();
      }

      @Override
      public int @Nullable [] mask(int row) {
        return wanted.get(row).mask();
      }
    };
  }

  int pages() {
    return pages;
  }

  int committed() {
    return committed;
  }

  List<PageRange> dropped() {
    return dropped.stream()
        .mapToObj(page -> new PageRange(page, 1))
        .reduce(List.of(), PageRanges::with, (a, b) -> a);
  }

  // What is done to both.

  void reserve(int count) {
    table.reserve(count);
    pages += count;
  }

  int reuse(List<Row> wanted, int end) {
    int found = table.reuse(source(wanted), 0, end);
    rows.addAll(wanted.subList(0, found));
    return found;
  }

  void takeOff(List<Row> wanted) {
    frames = table.copyFrames(frames);
    for (Row row : wanted) {
      table.append(row.token(), row.position(), row.mask());
      rows.add(row);
    }
    inFlight = wanted.size();
  }

  /** The forward pass: it reads and writes frames, and knows nothing else. */
  void land(PagePool pool) {
    for (int slot = rows.size() - inFlight; slot < rows.size(); slot++) {
      Row row = rows.get(slot);
      ToyModel.forward(pool, frames, row.token(), row.position(), row.mask(), slot);
    }
    table.computed();
    inFlight = 0;
  }

  void fail() {
    int failed = inFlight;
    inFlight = 0;
    truncate(failed);
  }

  void truncate(int count) {
    table.truncate(count);
    rows.subList(rows.size() - count, rows.size()).clear();
  }

  void releaseWorking(int count) {
    table.releaseWorking(count);
    pages -= count;
    int kept = Math.min(rows.size(), pages * ToyModel.PAGE_TOKENS);
    rows.subList(kept, rows.size()).clear();
  }

  /** Whether the positions of the next pages lie after all that are committed. */
  boolean mayCommit(int count) {
    int from = committed * ToyModel.PAGE_TOKENS;
    int end = from + count * ToyModel.PAGE_TOKENS;
    int highest = rows.subList(0, from).stream().mapToInt(Row::position).max().orElse(-1);
    return rows.subList(from, end).stream().allMatch(row -> row.position() > highest);
  }

  void commit(int count) {
    table.commit(count);
    committed += count;
  }

  void drop(int first, int count) {
    table.drop(first, count);
    dropped.set(first, first + count);
  }

  /** The same rows over another table. */
  SimulatedContext over(PageTable other) {
    SimulatedContext context = new SimulatedContext(other, windowed);
    context.rows.addAll(rows);
    context.lineages.addAll(lineages);
    context.dropped.or(dropped);
    context.pages = pages;
    context.committed = committed;
    return context;
  }

  // What must be true.

  void verifyCounts() {
    if (table.length() != rows.size()
        || table.pageCount() != pages
        || table.committedPages() != committed
        || !PageRanges.bits(table.dropped()).equals(dropped)) {
      throw new AssertionError(
          "the table has %d rows in %d pages, %d committed, %s dropped; the model %d in %d, %d, %s"
              .formatted(
                  table.length(),
                  table.pageCount(),
                  table.committedPages(),
                  table.dropped(),
                  rows.size(),
                  pages,
                  committed,
                  dropped));
    }
  }

  /** That the table has the right rows, and its own frames the right values. */
  void verifyContents(PagePool pool) {
    PageContent content = table.content();
    for (int slot = 0; slot < rows.size(); slot++) {
      Row row = rows.get(slot);
      require(
          row.token() == content.token(slot)
              && row.position() == content.position(slot)
              && Arrays.equals(row.mask(), content.mask(slot)),
          slot,
          "has another row");
    }
    for (Page page : table.sealedPages()) {
      if (!lineages.contains(page.lineage().name())) {
        throw new AssertionError("a page of " + page.lineage().name() + " has leaked");
      }
    }
    if (table.isWhole()) {
      int[] now = table.copyFrames(new int[0]);
      for (int slot = 0; slot < rows.size() - inFlight; slot++) {
        require(
            dropped.get(slot / ToyModel.PAGE_TOKENS)
                || ToyModel.read(pool, now, slot) == rows.get(slot).value(),
            slot,
            "holds other values");
      }
    }
  }

  private static void require(boolean holds, int slot, String otherwise) {
    if (!holds) {
      throw new AssertionError("slot " + slot + " " + otherwise);
    }
  }
}
