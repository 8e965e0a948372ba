package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.Model;
import dev.bourse.scheduler.market.LeaseTerms;
import dev.bourse.scheduler.market.MarketConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random programs that bid anything at all, under rules of the market that have every lease and
 * every turn of the lane come soon: each context gives the logits that it would give alone, no
 * credit is made or lost, and nobody waits for longer than the bounds.
 *
 * <p>System properties: {@code market.histories} for more, {@code market.seed} to replay one.
 */
class EngineMarketTest {
  private static final int HISTORIES = Integer.getInteger("market.histories", 5);

  @Test
  void bidsChangeNeitherLogitsNorTheSumOfCreditsNorWhoGetsOnInTheEnd(@TempDir Path folder)
      throws Exception {
    long begin = System.nanoTime();
    Map<String, Integer> counts = new TreeMap<>();
    Long replayed = Long.getLong("market.seed");
    long first = replayed == null ? 1_000 : replayed;
    int histories = replayed == null ? HISTORIES : 1;
    try (Model model = TestModels.demo()) {
      for (long seed = first; seed < first + histories; seed++) {
        Path own = Files.createDirectory(folder.resolve("" + seed));
        Random random = new Random(seed);
        MarketSettings settings = settings(random);
        EngineHistory history =
            new EngineHistory(seed, model, own, settings, 2 + random.nextInt(30));
        EngineHistoryTest.play("market.seed", seed, history, counts);
      }
    }
    System.out.printf(
        "%,d operations in %d histories, %.1f s: %s%n",
        counts.values().stream().mapToInt(Integer::intValue).sum(),
        histories,
        (System.nanoTime() - begin) / 1e9,
        counts);
    if (histories >= 5) {
      assertThat(counts.keySet()).contains("bid", "flapping bids", "child", "save", "fork");
    }
  }

  /** Rules under which everything happens soon, and users some of whom have nothing. */
  static MarketSettings settings(Random random) {
    int waitMax = 1 + random.nextInt(16);
    LeaseTerms leases =
        new LeaseTerms(
            waitMax, random.nextInt(8), waitMax + random.nextInt(32), 2, random.nextInt(5));
    MarketConfig rules =
        MarketConfig.DEFAULT
            .withLane(2 + random.nextInt(7), 1 + random.nextInt(16), 1 + random.nextInt(24))
            .withLevels(1 << random.nextInt(5))
            .withPacing(random.nextInt(3) * 500)
            .withLeases(leases);
    double[] credits = {0, 1e-6, 0.001, 1, 1e6};
    Tenant others =
        new Tenant(1 + random.nextInt(1000), credits[random.nextInt(credits.length)], 4096);
    Tenant one = new Tenant(1 + random.nextInt(1000), credits[random.nextInt(credits.length)], 64);
    return new MarketSettings(
        Policies.MARKET, rules, Map.of("user 1", one), others, Duration.ofHours(1));
  }
}
