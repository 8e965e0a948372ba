package dev.bourse.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A few tables over a few frames, and every single thing that may happen to them. A fill is half a
 * page.
 */
final class SmallWorld implements AutoCloseable {
  private static final int FILL = ToyModel.PAGE_TOKENS / 2;

  /** What may happen: to the table, or the page, of some number. */
  enum Operation {
    CREATE,
    RESERVE,
    FILL_WITH_ONES,
    FILL_WITH_TWOS,
    LAND,
    TRUNCATE,
    RELEASE_WORKING,
    COMMIT,
    FORK,
    DROP,
    DESTROY,
    SUSPEND,
    PIN,
    BEGIN_LOADING,
    END_LOADING,
    ABANDON_LOADING,
    SUPPLY,
    COMPLETE,
    COPY,
    EVICT
  }

  /** One transition. */
  record Transition(Operation operation, int number) {}

  /** A copy outside of memory. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Copy(byte[] bytes) implements PageCopy {
    @Override
    public void read(MemorySegment to) {
      to.copyFrom(MemorySegment.ofArray(bytes));
    }
  }

  private final PagePool pool;
  private final PageCache cache;
  private final @Nullable SimulatedContext[] contexts;

  SmallWorld(int tables, int frames) {
    pool = new PagePool(ToyModel.LAYOUT, frames);
    cache = new PageCache(pool, new PageHasher(() -> "toy model", ToyModel.LAYOUT));
    contexts = new SimulatedContext[tables];
  }

  PageCache cache() {
    return cache;
  }

  List<SimulatedContext> live() {
    List<SimulatedContext> live = new ArrayList<>();
    for (SimulatedContext context : contexts) {
      if (context != null) {
        live.add(context);
      }
    }
    return live;
  }

  Collection<PageTable> tables() {
    return live().stream().map(context -> context.table).toList();
  }

  // What may happen now.

  List<Transition> transitions() {
    List<Transition> possible = new ArrayList<>();
    for (int i = 0; i < contexts.length; i++) {
      SimulatedContext context = contexts[i];
      if (context != null) {
        addTransitions(context, i, possible);
      } else if (i == free()) {
        possible.add(new Transition(Operation.CREATE, i));
      }
    }
    List<Page> pages = cache.pagesWithFrame();
    for (int i = 0; i < pages.size(); i++) {
      Page page = pages.get(i);
      if (page.isLoading()) {
        possible.add(new Transition(Operation.ABANDON_LOADING, i));
        if (page.copy() != null || whoCanCompute(page) != null) {
          possible.add(new Transition(Operation.END_LOADING, i));
        }
      } else if (page.copy() == null && page.holders() > 0) {
        possible.add(new Transition(Operation.COPY, i));
      }
      if (cache.isEvictable(page)) {
        possible.add(new Transition(Operation.EVICT, i));
      }
    }
    return possible;
  }

  private void addTransitions(SimulatedContext context, int number, List<Transition> possible) {
    PageTable table = context.table;
    if (context.isInFlight()) {
      possible.add(new Transition(Operation.LAND, number));
      return;
    }
    add(possible, Operation.DESTROY, number, true);
    add(possible, Operation.FORK, number, free() >= 0);
    add(possible, Operation.SUSPEND, number, table.isPinned());
    add(possible, Operation.PIN, number, !table.isPinned());
    add(possible, Operation.TRUNCATE, number, table.removableTokens() >= FILL);
    add(possible, Operation.RELEASE_WORKING, number, table.releasablePages() > 0);
    add(possible, Operation.COMMIT, number, table.fullPages() > table.committedPages());
    add(
        possible,
        Operation.RESERVE,
        number,
        table.footprint() < pool.pageCount() && (!table.isPinned() || pool.freeCount() > 0));
    if (table.isWhole()) {
      boolean hasRoom = table.length() + FILL <= table.capacity();
      add(possible, Operation.FILL_WITH_ONES, number, hasRoom);
      add(possible, Operation.FILL_WITH_TWOS, number, hasRoom);
      add(possible, Operation.DROP, number, firstKept(table) < table.fullPages());
    } else if (table.isPinned()) {
      add(
          possible,
          Operation.BEGIN_LOADING,
          number,
          pool.freeCount() > 0 && nextAbsent(table) != null);
      boolean lacksFrames = table.missingFrames() > 0;
      add(
          possible,
          Operation.SUPPLY,
          number,
          pool.freeCount() > 0
              && table.missingFrames() + table.spareFrames() > 0
              && table.missingFrames() <= pool.freeCount());
      add(possible, Operation.COMPLETE, number, !lacksFrames && table.absentPages().isEmpty());
    }
  }

  private static void add(
      List<Transition> possible, Operation operation, int number, boolean isPossible) {
    if (isPossible) {
      possible.add(new Transition(operation, number));
    }
  }

  private int free() {
    for (int i = 0; i < contexts.length; i++) {
      if (contexts[i] == null) {
        return i;
      }
    }
    return -1;
  }

  private static int firstKept(PageTable table) {
    return PageRanges.bits(table.dropped()).nextClearBit(0);
  }

  private static @Nullable Page nextAbsent(PageTable table) {
    return table.absentPages().stream().filter(page -> !page.isLoading()).findFirst().orElse(null);
  }

  private @Nullable PageTable whoCanCompute(Page page) {
    for (PageTable table : tables()) {
      List<Page> pages = table.sealedPages();
      int index = pages.indexOf(page);
      if (index >= 0
          && table.isPinned()
          && (table.dropped().isEmpty() || table.dropped().getFirst().first() >= index)
          && pages.subList(0, index).stream().allMatch(Page::isResident)) {
        return table;
      }
    }
    return null;
  }

  // It happens.

  void perform(Transition transition) {
    int number = transition.number();
    IntConsumer action =
        switch (transition.operation()) {
          case CREATE -> this::create;
          case FORK -> this::fork;
          case DESTROY -> this::destroy;
          case END_LOADING -> i -> endLoading(cache.pagesWithFrame().get(i));
          case ABANDON_LOADING -> i -> cache.abandonLoading(cache.pagesWithFrame().get(i));
          case COPY -> i -> copy(cache.pagesWithFrame().get(i));
          case EVICT -> i -> cache.evict(cache.pagesWithFrame().get(i));
          default -> i -> perform(transition.operation(), context(i));
        };
    action.accept(number);
  }

  private SimulatedContext context(int number) {
    return Objects.requireNonNull(contexts[number]);
  }

  private void perform(Operation operation, SimulatedContext context) {
    PageTable table = context.table;
    switch (operation) {
      case RESERVE -> context.reserve(1);
      case FILL_WITH_ONES -> fill(context, 1);
      case FILL_WITH_TWOS -> fill(context, 2);
      case LAND -> context.land(pool);
      case TRUNCATE -> context.truncate(FILL);
      case RELEASE_WORKING -> context.releaseWorking(1);
      case COMMIT -> context.commit(1);
      case DROP -> context.drop(firstKept(table), 1);
      case SUSPEND -> table.suspend();
      case PIN -> table.pin();
      case BEGIN_LOADING -> beginLoading(Objects.requireNonNull(nextAbsent(table)));
      case SUPPLY -> table.supply();
      case COMPLETE -> table.complete();
      default -> throw new IllegalArgumentException("not of a table: " + operation);
    }
  }

  private void create(int number) {
    contexts[number] = new SimulatedContext(new PageTable(cache, cache.lineage("alice")), false);
  }

  private void fork(int number) {
    SimulatedContext context = context(number);
    contexts[free()] = context.over(context.table.fork());
  }

  private void destroy(int number) {
    context(number).table.release();
    contexts[number] = null;
  }

  private static void fill(SimulatedContext context, int token) {
    List<SimulatedContext.Row> rows = context.nextRows(FILL, token);
    int reused = context.reuse(rows, FILL);
    if (reused < FILL) {
      context.takeOff(rows.subList(reused, FILL));
    }
  }

  private void beginLoading(Page page) {
    cache.beginLoading(page);
    pool.frame(page.frame()).fill((byte) 0xA5);
  }

  private void endLoading(Page page) {
    if (page.copy() instanceof Copy copy) {
      copy.read(pool.frame(page.frame()));
    } else {
      PageTable table = Objects.requireNonNull(whoCanCompute(page));
      int first = table.sealedPages().indexOf(page) * ToyModel.PAGE_TOKENS;
      PageContent rows = page.content();
      for (int row = 0; row < rows.length(); row++) {
        ToyModel.forward(
            pool,
            table.framesWhileLoading(),
            rows.token(row),
            rows.position(row),
            rows.mask(row),
            first + row);
      }
    }
    cache.loaded(page);
  }

  private void copy(Page page) {
    cache.stored(page, new Copy(pool.frame(page.frame()).toArray(ValueLayout.JAVA_BYTE)));
  }

  // What must be true.

  void verify() {
    cache.check(tables());
    for (SimulatedContext context : live()) {
      context.verifyCounts();
      context.verifyContents(pool);
    }
    PageFrames.verify(cache);
  }

  /** That a table can be made whole if all others leave, whatever state the world is in. */
  void restoreAlone(int number) {
    SimulatedContext context = live().get(number);
    PageTable table = context.table;
    live().stream().filter(SimulatedContext::isInFlight).forEach(c -> c.land(pool));
    live().forEach(c -> c.table.suspend());
    cache.pagesWithFrame().stream().filter(Page::isLoading).forEach(cache::abandonLoading);
    cache.pagesWithFrame().stream()
        .filter(page -> page.copy() == null && page.holders() > 0)
        .forEach(this::copy);
    table.pin();
    cache.reclaim(pool.pageCount());
    for (Page page = nextAbsent(table); page != null; page = nextAbsent(table)) {
      beginLoading(page);
      endLoading(page);
    }
    table.supply();
    table.complete();
    verify();
    if (!table.isWhole()) {
      throw new AssertionError("a table that has everything is not whole");
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
