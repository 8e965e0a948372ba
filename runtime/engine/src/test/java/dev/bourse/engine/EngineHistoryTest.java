package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs: whatever they do to their contexts, and whoever else is there, each context
 * gives the logits that it would give alone, nothing is left over, and nobody waits for ever.
 *
 * <p>System properties: {@code engine.histories} for more, {@code engine.seed} to replay one.
 */
class EngineHistoryTest {
  private static final int HISTORIES = Integer.getInteger("engine.histories", 10);

  /** A history takes seconds. */
  private static final int MINUTES_MAX = 5;

  @Test
  void contextsGiveTheLogitsTheyWouldGiveAlone(@TempDir Path folder) throws Exception {
    long begin = System.nanoTime();
    Map<String, Integer> counts = new TreeMap<>();
    Long replayed = Long.getLong("engine.seed");
    long first = replayed == null ? 0 : replayed;
    int histories = replayed == null ? HISTORIES : 1;
    try (Model model = TestModels.demo()) {
      for (long seed = first; seed < first + histories; seed++) {
        Path own = Files.createDirectory(folder.resolve("" + seed));
        EngineHistory history = new EngineHistory(seed, model, own, MarketSettings.DEFAULT, 48);
        play("engine.seed", seed, history, counts);
      }
    }
    System.out.printf(
        "%,d operations in %.1f s: %s%n",
        counts.values().stream().mapToInt(Integer::intValue).sum(),
        (System.nanoTime() - begin) / 1e9,
        counts);
    // When engines crash, and so who gets how far, is different each time.
    if (histories >= 100) {
      assertThat(counts.keySet()).contains("open granted", "take", "replace", "window", "refused");
    }
  }

  /** On a thread of its own, which is left behind if it hangs. */
  static void play(String property, long seed, EngineHistory history, Map<String, Integer> counts) {
    FutureTask<Void> playing =
        new FutureTask<>(
            () -> {
              history.play(counts);
              return null;
            });
    Thread.ofPlatform().daemon().name("history " + seed).start(playing);
    try {
      playing.get(MINUTES_MAX, TimeUnit.MINUTES);
    } catch (Exception e) {
      throw new AssertionError(
          "%s breaks; replay it with -D%s=%d".formatted(history, property, seed), e);
    }
  }
}
