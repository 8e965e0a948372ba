package dev.bourse.kv;

import java.util.List;
import java.util.Random;

/** What callers must not do: it is refused, and changes nothing. */
final class Misuse {
  private Misuse() {}

  static void attempt(SimulatedContext context, SimulatedMemory memory, Random random) {
    PageTable table = context.table;
    String before = describe(table, memory);
    Runnable misuse =
        switch (random.nextInt(9)) {
          case 0 -> () -> table.truncate(table.removableTokens() + 1);
          case 1 -> () -> table.truncate(-1);
          case 2 -> () -> table.releaseWorking(table.workingPages() + 1);
          case 3 -> () -> table.commit(table.workingPages() + 1);
          case 4 -> () -> table.drop(table.fullPages(), 1);
          case 5 -> () -> table.reserve(-1);
          case 6 -> {
            if (table.isWhole() && table.length() < table.capacity()) {
              yield () -> table.commit(-1);
            }
            yield () -> table.append(0, 0, null);
          }
          case 7 -> {
            if (table.isWhole()) {
              yield () -> table.drop(0, table.fullPages() + 1);
            }
            yield () -> table.copyFrames(new int[0]);
          }
          default -> {
            List<Page> pinned =
                memory.cache.pagesWithFrame().stream().filter(page -> page.pins() > 0).toList();
            if (pinned.isEmpty()) {
              yield () -> table.releaseWorking(-1);
            }
            yield () -> memory.cache.evict(pinned.getFirst());
          }
        };
    try {
      misuse.run();
    } catch (IllegalStateException e) {
      if (!describe(table, memory).equals(before)) {
        throw new AssertionError("refused, and yet something changed", e);
      }
      return;
    }
    throw new AssertionError("misuse is not refused");
  }

  private static String describe(PageTable table, SimulatedMemory memory) {
    return table.length()
        + " rows, "
        + table.pageCount()
        + " pages, "
        + table.committedPages()
        + " committed, "
        + table.ownFrameCount()
        + " frames, "
        + memory.pool.freeCount()
        + " free";
  }
}
