package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.DamagedPageException;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.server.Streams;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every page of a snapshot, read and checked.
 *
 * @param pages that were read
 * @param bytes of them
 * @param seconds it took
 * @param damaged what is wrong, a sentence for each page that is not as it was saved
 */
record Verification(int pages, long bytes, double seconds, List<String> damaged) {
  Verification {
    damaged = List.copyOf(damaged);
  }

  static Verification of(String name, List<StoredPage> pages, Streams streams) {
    long bytes = pages.stream().mapToLong(StoredPage::bytes).sum();
    long begin = System.nanoTime();
    List<String> damaged = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    try (Arena arena = Arena.ofShared();
        Progress _ =
            Progress.start(
                streams,
                () -> "verifying %s: page %,d of %,d".formatted(name, done.get(), pages.size()))) {
      MemorySegment buffer =
          arena.allocate(pages.stream().mapToLong(StoredPage::bytes).max().orElse(0));
      for (StoredPage page : pages) {
        try {
          page.read(buffer.asSlice(0, page.bytes()));
        } catch (DamagedPageException e) {
          damaged.add("page %d: %s".formatted(done.get(), e.getMessage()));
        }
        done.incrementAndGet();
      }
    }
    return new Verification(
        pages.size(), bytes, (System.nanoTime() - begin) / 1e9, List.copyOf(damaged));
  }
}
