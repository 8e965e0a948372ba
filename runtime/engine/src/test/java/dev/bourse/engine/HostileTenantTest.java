package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import dev.bourse.scheduler.market.MarketConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An honest tenant beside a hostile one. Whatever that does, the honest one gets the tokens that it
 * would get alone, waits no longer than the market promises, and pays no more than it offered.
 *
 * <p>System properties: {@code hostile.cases} for more, {@code hostile.seed} to replay one.
 */
class HostileTenantTest {
  private static final int CASES = Integer.getInteger("hostile.cases", 3);
  private static final int HOSTILE_PROGRAMS = 6;
  private static final int HONEST_AGENTS = 3;
  private static final int TURNS = 2;
  private static final int POOL_PAGES = 24;
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);

  /** What the honest one offers for a token, and for a page and step; NaN to leave it open. */
  private static final double[] OFFERS = {Double.NaN, 0, 1e-4};

  private final AtomicLong operations = new AtomicLong();
  private long honestTokens;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void theHonestTenantGetsWhatItIsPromised(@TempDir Path folder) throws Exception {
    long begin = System.nanoTime();
    Long replayed = Long.getLong("hostile.seed");
    long first = replayed == null ? 0 : replayed;
    int cases = replayed == null ? CASES : 1;
    try (Model model = TestModels.demo()) {
      for (long seed = first; seed < first + cases; seed++) {
        try {
          play(model, folder.resolve("" + seed), seed);
        } catch (Exception | AssertionError e) {
          throw new AssertionError("replay it with -Dhostile.seed=" + seed, e);
        }
      }
    }
    System.out.printf(
        "%d cases, %,d operations of hostile programs, %,d tokens for the honest one, %.1f s%n",
        cases, operations.get(), honestTokens, (System.nanoTime() - begin) / 1e9);
  }

  private void play(Model model, Path folder, long seed) throws Exception {
    Random random = new Random(seed);
    double offer = OFFERS[(int) (seed % OFFERS.length)];
    MarketSettings settings = settings(random, seed % 2 == 0 ? 0 : 1);
    EngineConfig config =
        EngineConfig.defaults(16 * POOL_PAGES)
            .withStep(4 + random.nextInt(12), 4)
            .withSpill(folder, random.nextBoolean() ? 0 : 1 << 26)
            .withMarket(settings);
    List<List<int[]>> expected = new ArrayList<>();
    try (Engine alone = Engine.start(model, EngineConfig.defaults(1 << 12))) {
      for (int agent = 0; agent < HONEST_AGENTS; agent++) {
        try (EngineProcess process = alone.openProcess("alone", "alone " + agent, 1)) {
          expected.add(answers(process, seed * 10 + agent, Double.NaN));
        }
      }
    }
    try (SnapshotStore store = SnapshotStore.open(folder, StoreConfig.defaults());
        Engine engine = Engine.start(model, config, store);
        WaitWatch watch = new WaitWatch(engine);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<HostileTenant> hostile = new ArrayList<>();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < HOSTILE_PROGRAMS; i++) {
        HostileTenant one = new HostileTenant(engine, seed * 100 + i, operations);
        hostile.add(one);
        running.add(
            executor.submit(
                () -> {
                  one.run();
                  return null;
                }));
      }
      List<Future<List<int[]>>> honest = new ArrayList<>();
      for (int agent = 0; agent < HONEST_AGENTS; agent++) {
        long own = seed * 10 + agent;
        honest.add(executor.submit(() -> honest(engine, own, offer)));
      }
      try {
        for (int agent = 0; agent < HONEST_AGENTS; agent++) {
          assertThat(honest.get(agent).get(10, TimeUnit.MINUTES))
              .usingRecursiveComparison()
              .isEqualTo(expected.get(agent));
        }
      } finally {
        hostile.forEach(HostileTenant::stop);
      }
      for (Future<?> one : running) {
        one.get(10, TimeUnit.MINUTES);
      }
      engine.check();
      watch.verify("case " + seed);
    }
  }

  private List<int[]> honest(Engine engine, long seed, double offer) throws Exception {
    long begin = engine.locked(engine.exchange::now);
    try (EngineProcess process = engine.openProcess("honest", "honest", 1)) {
      double before = process.account().balance();
      List<int[]> answers = answers(process, seed, offer);
      engine.check();
      long ticks = engine.locked(engine.exchange::now) - begin;
      EngineProcess.Usage use = process.usage();
      if (!Double.isNaN(offer)) {
        // Rent is rounded up to a micro-credit, each time it is paid.
        double offered =
            offer * (use.promptTokens() + use.decodedTokens() + use.recomputedTokens())
                + offer * use.pagesPeak() * (ticks + 8)
                + 1e-6 * ticks;
        assertThat(use.paid()).isLessThanOrEqualTo(offered);
      }
      if (offer == 0) {
        assertThat(use.paid()).isZero();
      }
      assertThat(process.account().balance()).isNotNegative();
      assertThat(before).isNotNegative();
      synchronized (this) {
        honestTokens += use.promptTokens() + use.decodedTokens();
      }
      return answers;
    }
  }

  private static List<int[]> answers(EngineProcess process, long seed, double offer)
      throws Exception {
    Line line = new Line(process);
    if (!Double.isNaN(offer)) {
      line.context.bid(offer, offer);
    }
    Random random = new Random(seed);
    List<int[]> answers = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      answers.add(line.generate(random.ints(30, 0, 2000).toArray(), 20, GREEDY));
    }
    return answers;
  }

  /** The hostile one is rich; the honest one is as rich, or has nothing. */
  private static MarketSettings settings(Random random, double honestCredits) {
    MarketConfig rules = EngineMarketTest.settings(random).rules();
    return new MarketSettings(
        Policies.MARKET,
        rules,
        Map.of(HostileTenant.USER, new Tenant(1_000, 1e6, 64)),
        new Tenant(1_000, honestCredits * 1e6, 64),
        Duration.ofHours(1));
  }
}
