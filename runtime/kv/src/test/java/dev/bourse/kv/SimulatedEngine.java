package dev.bourse.kv;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * An engine as random as can be: contexts over one page cache, and everything that may happen to
 * them, in any order. Same seed, same history.
 */
final class SimulatedEngine implements AutoCloseable {
  private static final int CONTEXTS_MAX = 6;
  private static final int SNAPSHOTS_MAX = 8;

  /** What may happen, and how often. */
  enum Operation {
    CREATE(4),
    RESERVE(6),
    FILL(22),
    LAND(22),
    TRUNCATE(5),
    RELEASE_WORKING(3),
    COMMIT(5),
    FORK(6),
    DROP(9),
    SUSPEND(5),
    RESTORE(8),
    BEGIN_RESTORE(4),
    END_LOAD(6),
    PIN_AND_SUSPEND(2),
    EVICT(4),
    BEGIN_SPILL(4),
    END_SPILL(4),
    BEGIN_SAVE(3),
    END_SAVE(3),
    OPEN(3),
    TAKE(1),
    DELETE(1),
    DESTROY(4),
    MISUSE(3),
    DAMAGE(1),
    CRASH(1);

    private final int weight;

    Operation(int weight) {
      this.weight = weight;
    }

    private static final List<Operation> DRAWN =
        Stream.of(values()).flatMap(o -> Stream.generate(() -> o).limit(o.weight)).toList();

    static Operation draw(Random random) {
      return DRAWN.get(random.nextInt(DRAWN.size()));
    }
  }

  /** A snapshot that is being written: a fork keeps its pages where they are. */
  private record Save(SimulatedContext lease) {}

  private final Random random;
  private final Coverage coverage;
  private final Path file;
  private final SimulatedMemory.World world;
  private final SimulatedStore store = new SimulatedStore();
  private final List<SimulatedContext> contexts = new ArrayList<>();
  private final List<Save> saves = new ArrayList<>();
  private SimulatedMemory memory;

  SimulatedEngine(long seed, Path file, Coverage coverage) {
    // Small seeds alone give all the same first numbers.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    this.coverage = coverage;
    this.file = file;
    this.world = SimulatedMemory.World.draw(random);
    this.memory = boot();
    coverage.count(world.collisions() ? "history with collisions" : "history without");
  }

  private SimulatedMemory boot() {
    return new SimulatedMemory(world, file, random, coverage);
  }

  /** Does something, and checks what must be true after it. */
  Operation step(boolean everything) {
    Operation operation = Operation.draw(random);
    perform(operation);
    memory.cache.check(tables());
    contexts.forEach(SimulatedContext::verifyCounts);
    if (everything) {
      verifyEverything();
    }
    return operation;
  }

  private Collection<PageTable> tables() {
    List<PageTable> tables = new ArrayList<>(contexts.size() + saves.size());
    contexts.forEach(context -> tables.add(context.table));
    saves.forEach(save -> tables.add(save.lease.table));
    return tables;
  }

  void verifyEverything() {
    PageFrames.verify(memory.cache);
    memory.verifySpillFile(tables());
    contexts.forEach(context -> context.verifyContents(memory.pool));
  }

  private void perform(Operation operation) {
    switch (operation) {
      case CREATE -> create();
      case CRASH -> {
        if (random.nextInt(10) == 0) {
          crash();
        }
      }
      case LAND ->
          contexts.stream().filter(SimulatedContext::isInFlight).findAny().ifPresent(this::land);
      case END_LOAD -> memory.endLoad(contexts);
      case EVICT -> memory.evictOne();
      case BEGIN_SPILL -> memory.beginSpill();
      case END_SPILL -> memory.endSpill();
      case END_SAVE -> endSave();
      case OPEN, TAKE, DELETE -> useSnapshot(operation);
      default -> {
        if (!contexts.isEmpty()) {
          SimulatedContext context = contexts.get(random.nextInt(contexts.size()));
          if (context.isInFlight()) {
            land(context);
          } else {
            perform(operation, context);
          }
        }
      }
    }
  }

  private void perform(Operation operation, SimulatedContext context) {
    PageTable table = context.table;
    switch (operation) {
      case RESERVE -> reserve(context, random.nextInt(3));
      case FILL -> fill(context);
      case TRUNCATE -> context.truncate(upTo(table.removableTokens()));
      case RELEASE_WORKING -> context.releaseWorking(upTo(table.releasablePages()));
      case COMMIT -> commit(context);
      case FORK -> {
        if (contexts.size() < CONTEXTS_MAX) {
          contexts.add(context.over(table.fork()));
        }
      }
      case DROP -> drop(context);
      case SUSPEND -> table.suspend();
      case RESTORE -> restore(context);
      case BEGIN_RESTORE -> memory.beginRestore(context, contexts);
      case PIN_AND_SUSPEND -> {
        if (!table.isPinned()) {
          table.pin();
          memory.evictOne();
          table.suspend();
        }
      }
      case BEGIN_SAVE -> {
        if (saves.size() < 2) {
          saves.add(new Save(context.over(table.fork())));
        }
      }
      case DESTROY -> destroy(context);
      case MISUSE -> Misuse.attempt(context, memory, random);
      case DAMAGE -> damage(context);
      default -> throw new IllegalArgumentException("not of a context: " + operation);
    }
  }

  private int upTo(int limit) {
    return random.nextInt(limit + 1);
  }

  // Contexts.

  private void create() {
    if (contexts.size() < CONTEXTS_MAX) {
      PageTable table = new PageTable(memory.cache, lineage());
      contexts.add(new SimulatedContext(table, random.nextInt(3) == 0));
    }
  }

  private Lineage lineage() {
    return memory.cache.lineage(random.nextInt(3) == 0 ? "bob" : "alice");
  }

  private void reserve(SimulatedContext context, int count) {
    if (context.table.footprint() + count > world.frames()) {
      return;
    }
    if (!context.table.isPinned() || memory.makeRoom(() -> count, context, contexts)) {
      context.reserve(count);
    }
  }

  private void fill(SimulatedContext context) {
    PageTable table = context.table;
    int wanted = 1 + random.nextInt(20);
    int lacking = table.length() + wanted - table.capacity();
    if (lacking > 0) {
      reserve(context, ToyModel.LAYOUT.pagesFor(lacking));
    }
    wanted = Math.min(wanted, table.capacity() - table.length());
    if (wanted == 0) {
      coverage.count("full");
      return;
    }
    if (!restore(context)) {
      return;
    }
    List<SimulatedContext.Row> rows = context.nextRows(wanted, random);
    int reused = context.reuse(rows, wanted - random.nextInt(2));
    coverage.count(reused == 0 ? "nothing reused" : "reused");
    if (!table.isWhole()) {
      coverage.count("reused what is not in memory");
    }
    if (reused < wanted && table.isWhole()) {
      int chunk = 1 + random.nextInt(wanted - reused);
      context.takeOff(rows.subList(reused, reused + chunk));
    }
  }

  private void land(SimulatedContext context) {
    if (random.nextInt(12) == 0) {
      context.fail();
    } else {
      context.land(memory.pool);
    }
  }

  private boolean restore(SimulatedContext context) {
    try {
      return memory.restore(context, contexts);
    } catch (SimulatedMemory.LostPageException e) {
      if (!world.damage()) {
        throw e;
      }
      coverage.count("lost by damage");
      destroy(context);
      return false;
    }
  }

  private void commit(SimulatedContext context) {
    int full = context.table.fullPages() - context.table.committedPages();
    int count = upTo(full);
    if (context.mayCommit(count)) {
      context.commit(count);
      return;
    }
    coverage.count("position committed already");
    try {
      context.table.commit(count);
    } catch (IllegalStateException e) {
      return;
    }
    throw new AssertionError("a position is committed again");
  }

  private void drop(SimulatedContext context) {
    int full = context.table.fullPages();
    if (full > 0 && context.table.isWhole()) {
      int first = random.nextInt(full);
      context.drop(first, 1 + random.nextInt(Math.min(2, full - first)));
      coverage.count("dropped");
    }
  }

  private void destroy(SimulatedContext context) {
    if (random.nextBoolean()) {
      context.table.keepTail();
    }
    context.table.release();
    contexts.remove(context);
  }

  // Snapshots.

  private void endSave() {
    if (saves.isEmpty()) {
      return;
    }
    SimulatedContext lease = saves.removeFirst().lease;
    if (store.names().size() < SNAPSHOTS_MAX && store.save(memory.cache, lease.table, lease)) {
      coverage.count("saved");
    }
    lease.table.release();
  }

  private void useSnapshot(Operation operation) {
    List<Integer> names = store.names();
    if (names.isEmpty()) {
      return;
    }
    int name = names.get(random.nextInt(names.size()));
    if (operation == Operation.DELETE) {
      store.delete(name);
    } else if (contexts.size() < CONTEXTS_MAX) {
      SimulatedStore.Saved saved = store.get(name);
      PageTable table = SimulatedStore.open(memory.cache, saved, lineage());
      contexts.add(saved.naive().over(table));
      coverage.count("opened");
      if (operation == Operation.TAKE) {
        store.delete(name);
      }
    }
  }

  private void damage(SimulatedContext context) {
    List<Page> pages = context.table.sealedPages();
    if (!world.damage() || pages.isEmpty()) {
      return;
    }
    Page page = pages.get(random.nextInt(pages.size()));
    if (!memory.damageSpill(page) && page.stored() instanceof SimulatedStore.Copy copy) {
      copy.damage();
      coverage.count("stored page damaged");
    }
  }

  /** The power fails: what is not in a snapshot is gone. */
  private void crash() {
    coverage.count("crash");
    contexts.clear();
    saves.clear();
    memory.close();
    memory = boot();
  }

  // The end.

  /** That every context can be made whole if the others leave, and that nothing is left over. */
  void finish() {
    for (SimulatedContext context : contexts) {
      if (context.isInFlight()) {
        context.land(memory.pool);
      }
    }
    saves.forEach(save -> save.lease.table.release());
    saves.clear();
    for (SimulatedContext context : List.copyOf(contexts)) {
      memory.settle();
      boolean whole = restore(context);
      if (!whole
          && contexts.contains(context)
          && !memory.hasStuckPages()
          && !(world.damage() && memory.hasLostPage(context))) {
        throw new AssertionError(
            "a table of "
                + context.table.footprint()
                + " pages finds no room in "
                + world.frames());
      }
    }
    memory.cache.check(tables());
    verifyEverything();
    List.copyOf(contexts).forEach(this::destroy);
    memory.settle();
    memory.cache.reclaim(world.frames());
    memory.cache.check(List.of());
    if (memory.pool.freeCount() != world.frames()
        || memory.spilledPages() != 0
        || !memory.cache.roots().isEmpty()) {
      throw new AssertionError("something is left over");
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
