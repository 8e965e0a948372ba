package dev.bourse.kv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a simulated engine: makes room, writes pages out and brings them back. What an
 * engine does without its lock takes two steps here, and anything may happen between them.
 */
final class SimulatedMemory implements AutoCloseable {
  /**
   * What an engine has.
   *
   * @param collisions whether pages with other rows may have the same key
   * @param damage whether what is not in memory may be damaged
   */
  record World(int frames, int spillPages, boolean collisions, boolean damage) {
    static World draw(Random random) {
      return new World(
          4 + random.nextInt(9),
          random.nextInt(3) == 0 ? random.nextInt(4) : 100,
          random.nextInt(4) == 0,
          random.nextInt(4) == 0);
    }
  }

  /** A page on its way to memory, for a context or for nobody in particular. */
  private record Load(SimulatedContext context, @Nullable PageCopy copy) {}

  /** A page on its way to the spill file. */
  private record Spill(Page page, PageCache.Lease lease) {}

  final PagePool pool;
  final PageCache cache;
  private final World world;
  private final Random random;
  private final Coverage coverage;
  private final FileChannel channel;
  private final SpillFile spillFile;
  private final Map<Page, Load> loads = new LinkedHashMap<>();
  private final List<Spill> spills = new ArrayList<>();

  SimulatedMemory(World world, Path file, Random random, Coverage coverage) {
    this.world = world;
    this.pool = new PagePool(ToyModel.LAYOUT, world.frames);
    this.cache =
        new PageCache(
            pool,
            world.collisions
                ? new CollidingHasher(ToyModel.LAYOUT)
                : new PageHasher(() -> "toy model", ToyModel.LAYOUT));
    this.random = random;
    this.coverage = coverage;
    try {
      this.channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long pageBytes = pool.layout().pageBytes();
    this.spillFile = new SpillFile(channel, pageBytes, world.spillPages * pageBytes);
  }

  // Room.

  /** Makes as many frames free as are wanted, if that is possible. */
  boolean makeRoom(IntSupplier wanted, SimulatedContext whoFor, Collection<SimulatedContext> all) {
    do {
      cache.reclaim(wanted.getAsInt() - pool.freeCount());
      // When others leave, more may be wanted: a page that was exclusive can become shared.
    } while (pool.freeCount() < wanted.getAsInt() && (writeOutOne() || suspendOne(whoFor, all)));
    return pool.freeCount() >= wanted.getAsInt();
  }

  private boolean suspendOne(SimulatedContext whoFor, Collection<SimulatedContext> all) {
    List<SimulatedContext> others =
        all.stream()
            .filter(context -> context != whoFor)
            .filter(context -> context.table.isPinned() && !context.isInFlight())
            .toList();
    if (others.isEmpty()) {
      return false;
    }
    others.get(random.nextInt(others.size())).table.suspend();
    coverage.count("suspended for others");
    return true;
  }

  private boolean writeOutOne() {
    for (Page page : cache.unsaved()) {
      if (random.nextBoolean() && beginSpill(page)) {
        endSpill();
        return true;
      }
      if (cache.isEvictable(page)) {
        cache.evict(page);
        coverage.count("evicted without a copy");
        return true;
      }
      if (beginSpill(page)) {
        endSpill();
        return true;
      }
    }
    return false;
  }

  /** Pages that can leave memory no more. */
  boolean hasStuckPages() {
    return spillFile.usedCount() == spillFile.capacity()
        && cache.unsaved().stream().anyMatch(Page::isIrreplaceable);
  }

  void evictOne() {
    List<Page> evictable = cache.pagesWithFrame().stream().filter(cache::isEvictable).toList();
    if (!evictable.isEmpty()) {
      cache.evict(evictable.get(random.nextInt(evictable.size())));
      coverage.count("evicted");
    }
  }

  // Spilling.

  void beginSpill() {
    List<Page> unsaved = cache.unsaved();
    if (!unsaved.isEmpty()) {
      beginSpill(unsaved.get(random.nextInt(unsaved.size())));
    }
  }

  private boolean beginSpill(Page page) {
    if (spillFile.usedCount() + spills.size() >= spillFile.capacity()) {
      coverage.count("spill file full");
      return false;
    }
    spills.add(new Spill(page, cache.lease(page)));
    return true;
  }

  void endSpill() {
    if (spills.isEmpty()) {
      return;
    }
    Spill spill = spills.removeLast();
    try {
      SpillFile.Slot slot = spillFile.write(pool.frame(spill.page.frame()));
      spill.lease.close();
      if (slot == null) {
        throw new AssertionError("the spill file is full too early");
      }
      cache.spilled(spill.page, slot);
      coverage.count("spilled");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Flips bits of a page in the spill file. */
  boolean damageSpill(Page page) {
    SpillFile.Slot slot = page.spilled();
    if (slot == null) {
      return false;
    }
    try {
      channel.write(ByteBuffer.wrap(new byte[] {(byte) random.nextInt(), 1, 2}), slot.offset() + 9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    coverage.count("spill damaged");
    return true;
  }

  // Loading.

  /** Takes what a context lacks, and begins to load it. */
  boolean beginRestore(SimulatedContext context, Collection<SimulatedContext> all) {
    PageTable table = context.table;
    boolean wasPinned = table.isPinned();
    table.pin();
    if (!makeRoom(() -> absent(table).size() + table.missingFrames(), context, all)) {
      if (!wasPinned) {
        table.suspend();
      }
      coverage.count("no room");
      return false;
    }
    for (Page page : absent(table)) {
      cache.beginLoading(page);
      pool.frame(page.frame()).fill((byte) 0xA5);
      loads.put(page, new Load(context, page.copy()));
    }
    table.supply();
    return true;
  }

  /**
   * Writes out the partly filled page of a context that fills all of memory, so that its frame can
   * be taken over.
   */
  private boolean saveSource(SimulatedContext context) {
    context.table.suspend();
    Page last =
        context.table.sealedPages().isEmpty() ? null : context.table.sealedPages().getLast();
    if (last == null || last.copy() != null || !last.isResident() || !beginSpill(last)) {
      return false;
    }
    endSpill();
    coverage.count("last page written out before it was changed");
    return true;
  }

  private static List<Page> absent(PageTable table) {
    return table.absentPages().stream().filter(page -> !page.isLoading()).toList();
  }

  /**
   * Makes a context whole.
   *
   * @return false if there is no room for it
   * @throws LostPageException if a page of it is damaged that cannot be computed again
   */
  boolean restore(SimulatedContext context, Collection<SimulatedContext> all) {
    while (!context.table.isWhole()) {
      if (!beginRestore(context, all) && !(saveSource(context) && beginRestore(context, all))) {
        return false;
      }
      for (Page page : context.table.absentPages()) {
        endLoad(page, context);
      }
      if (context.table.absentPages().isEmpty() && context.table.missingFrames() == 0) {
        context.table.complete();
        coverage.count("restored");
      }
    }
    return true;
  }

  /** Finishes one load, or gives it up. */
  void endLoad(Collection<SimulatedContext> all) {
    List<Map.Entry<Page, Load>> loading = List.copyOf(loads.entrySet());
    if (loading.isEmpty()) {
      return;
    }
    Map.Entry<Page, Load> drawn = loading.get(random.nextInt(loading.size()));
    Page page = drawn.getKey();
    SimulatedContext context = drawn.getValue().context;
    if (random.nextInt(8) == 0) {
      loads.remove(page);
      cache.abandonLoading(page);
      coverage.count("load abandoned");
    } else {
      try {
        endLoad(page, all.contains(context) ? context : null);
      } catch (LostPageException e) {
        coverage.count("lost while loading");
      }
    }
  }

  private void endLoad(Page page, @Nullable SimulatedContext context) {
    Load load = loads.remove(page);
    if (load == null) {
      throw new AssertionError("a page is loading that nobody loads");
    }
    if (load.copy != null && read(page, load.copy)) {
      cache.loaded(page);
      coverage.count("read back");
    } else if (context != null && recompute(page, context)) {
      cache.loaded(page);
      coverage.count("recomputed");
    } else {
      cache.abandonLoading(page);
      if (context != null && isLost(page, context)) {
        throw new LostPageException();
      }
    }
  }

  private boolean read(Page page, PageCopy copy) {
    MemorySegment frame = pool.frame(page.frame());
    try {
      copy.read(frame);
      return true;
    } catch (IOException e) {
      if (!world.damage) {
        throw new AssertionError("a copy is damaged that nobody has touched", e);
      }
      cache.damaged(page, copy);
      coverage.count("damage found");
      frame.fill((byte) 0xA5);
      return false;
    }
  }

  /** Whether a context lacks a page that cannot be had any more. */
  boolean hasLostPage(SimulatedContext context) {
    return context.table.absentPages().stream().anyMatch(page -> isLost(page, context));
  }

  private static boolean isLost(Page page, SimulatedContext context) {
    int index = context.table.sealedPages().indexOf(page);
    return page.copy() == null && hasDroppedBefore(index, context.table);
  }

  private static boolean hasDroppedBefore(int index, PageTable table) {
    return !table.dropped().isEmpty() && table.dropped().getFirst().first() < index;
  }

  private boolean recompute(Page page, SimulatedContext context) {
    PageTable table = context.table;
    List<Page> pages = table.sealedPages();
    int index = pages.indexOf(page);
    if (index < 0
        || !table.isPinned()
        || !pages.subList(0, index).stream().allMatch(Page::isResident)
        || hasDroppedBefore(index, table)) {
      return false;
    }
    int[] frames = table.framesWhileLoading();
    PageContent rows = page.content();
    for (int row = 0; row < rows.length(); row++) {
      ToyModel.forward(
          pool,
          frames,
          rows.token(row),
          rows.position(row),
          rows.mask(row),
          index * ToyModel.PAGE_TOKENS + row);
    }
    return true;
  }

  /** A page that cannot be had any more: only damage does that. */
  static final class LostPageException extends RuntimeException {
    LostPageException() {
      super("a page is lost");
    }
  }

  // All of it.

  /** Ends what is under way. */
  void settle() {
    while (!spills.isEmpty()) {
      endSpill();
    }
    List.copyOf(loads.keySet()).forEach(cache::abandonLoading);
    loads.clear();
  }

  /** That the slots of the spill file are those that pages of these tables have. */
  void verifySpillFile(Collection<PageTable> tables) {
    long slots =
        Stream.concat(
                tables.stream().flatMap(table -> table.sealedPages().stream()),
                spills.stream().map(Spill::page))
            .distinct()
            .filter(page -> page.spilled() != null)
            .count();
    if (loads.isEmpty() && slots != spillFile.usedCount()) {
      throw new AssertionError(spillFile.usedCount() + " slots are used, " + slots + " are known");
    }
  }

  int spilledPages() {
    return spillFile.usedCount();
  }

  @Override
  public void close() {
    try {
      spillFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pool.close();
  }
}
