package dev.bourse.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million random operations on page tables: after each of them the laws hold, and every slot
 * holds what a naive model says.
 *
 * <p>System properties: {@code pages.histories} and {@code pages.operations} (of each) for more,
 * {@code pages.seed} to replay one history.
 */
class PageHistoryTest {
  private static final int HISTORIES = Integer.getInteger("pages.histories", 500);
  private static final int OPERATIONS = Integer.getInteger("pages.operations", 2_000);

  /** Operations between two checks of all that is in memory. */
  private static final int THOROUGH_EVERY = 16;

  private final Coverage coverage = new Coverage();

  @Test
  void pagesKeepTheirContentsAndTheirLawsWhateverHappens(@TempDir Path folder) {
    Path file = folder.resolve("spill");
    Long replayed = Long.getLong("pages.seed");
    if (replayed != null) {
      play(replayed, file);
      return;
    }
    long begin = System.nanoTime();
    for (long seed = 0; seed < HISTORIES; seed++) {
      play(seed, file);
    }
    System.out.printf(
        "%,d operations in %.1f s: %s%n",
        (long) HISTORIES * OPERATIONS, (System.nanoTime() - begin) / 1e9, coverage.counts());
    if (HISTORIES >= 500) {
      assertThat(coverage.counts().keySet())
          .contains(
              "history with collisions",
              "reused",
              "reused what is not in memory",
              "spilled",
              "spill file full",
              "spill damaged",
              "stored page damaged",
              "damage found",
              "lost by damage",
              "evicted",
              "evicted without a copy",
              "suspended for others",
              "restored",
              "read back",
              "recomputed",
              "load abandoned",
              "no room",
              "dropped",
              "position committed already",
              "saved",
              "opened",
              "crash");
    }
  }

  private void play(long seed, Path file) {
    int operation = 0;
    SimulatedEngine.Operation last = null;
    try (SimulatedEngine engine = new SimulatedEngine(seed, file, coverage)) {
      for (; operation < OPERATIONS; operation++) {
        last = engine.step(operation % THOROUGH_EVERY == 0);
      }
      engine.finish();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "history %d breaks at operation %d, after %s; replay it with -Dpages.seed=%d: %s"
              .formatted(seed, operation, last, seed, e.getMessage()),
          e);
    }
  }
}
