package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.RandomProgram.Granted;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Some programs in engines that come and go over one store, with less memory than they want. Some
 * engines end in the middle of it all.
 */
final class EngineHistory {
  private static final int EPOCHS = 3;
  private static final int SECONDS_MAX = 120;

  private final long seed;
  private final Model model;
  private final Path folder;
  private final MarketSettings market;
  private final int stepTokens;
  private final Random random;
  private final int pageTokens;
  private final int poolPages;
  private final long spillPages;
  private final int programCount;
  private final int[][] prompts;
  private final ObservedLogits observed = new ObservedLogits();
  private final Queue<Granted> granted = new ConcurrentLinkedQueue<>();
  private volatile boolean crashing;

  EngineHistory(long seed, Model model, Path folder, MarketSettings market, int stepTokens) {
    this.market = market;
    this.stepTokens = stepTokens;
    this.seed = seed;
    this.model = model;
    this.folder = folder;
    this.random = new Random(seed);
    this.pageTokens = 8 << random.nextInt(3);
    this.poolPages = 4 + random.nextInt(12);
    this.spillPages = new long[] {0, 5, 10_000}[random.nextInt(3)];
    this.programCount = new int[] {1, 1, 4, 8}[random.nextInt(4)];
    this.prompts = new int[2][];
    for (int i = 0; i < prompts.length; i++) {
      prompts[i] = random.ints(1024, 0, 2000).toArray();
    }
  }

  /** Plays it, and counts the operations. */
  void play(Map<String, Integer> counts) throws Exception {
    List<RandomProgram> programs = new ArrayList<>();
    for (int i = 0; i < programCount; i++) {
      programs.add(new RandomProgram(this, i, seed * 1000 + i, counts));
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      boolean crash = epoch < EPOCHS - 1 && random.nextBoolean();
      crashing = crash;
      try (SnapshotStore store =
              SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
          var executor = Executors.newVirtualThreadPerTaskExecutor();
          Engine engine = Engine.start(model, config(), store);
          WaitWatch watch = new WaitWatch(engine)) {
        List<Future<?>> running = new ArrayList<>();
        for (RandomProgram program : programs) {
          running.add(
              executor.submit(
                  () -> {
                    program.run(engine, 160 / programCount);
                    return null;
                  }));
        }
        if (crash) {
          Thread.sleep(random.nextInt(300));
          engine.close();
        }
        for (Future<?> one : running) {
          one.get(SECONDS_MAX, TimeUnit.SECONDS);
        }
        engine.check();
        watch.verify(toString());
        if (!crash) {
          assertEverythingIsFree(engine);
        }
        store.collect();
      }
    }
    observed.verify(model);
  }

  /** What was busy when its process was closed is given back when it is not any more. */
  private static void assertEverythingIsFree(Engine engine) throws InterruptedException {
    Engine.PageUse use = engine.pageUse();
    for (int i = 0; i < 2000 && (use.free() < use.pages() || use.spilled() > 0); i++) {
      Thread.sleep(1);
      use = engine.pageUse();
    }
    engine.check();
    assertThat(use.free()).isEqualTo(use.pages());
    assertThat(use.spilled()).isZero();
  }

  private EngineConfig config() {
    // What a page takes does not matter here, so that all of them may be spilled.
    long pageBytes = model.config().kvLayout(pageTokens).pageBytes();
    return EngineConfig.defaults(poolPages * pageTokens)
        .withPageTokens(pageTokens)
        .withStep(stepTokens, Math.ceilDiv(stepTokens, 3))
        .withMarket(market)
        .withSpill(folder, spillPages * pageBytes);
  }

  String name() {
    return "history " + seed;
  }

  int tokensMax() {
    return Math.min(120, (poolPages - 1) * pageTokens);
  }

  /** Checking takes the engine's lock, which is to be fought over. */
  int checkEvery() {
    return programCount == 1 ? 1 : 8;
  }

  int[] prompt(Random by) {
    return prompts[by.nextInt(prompts.length)];
  }

  boolean isCrashing() {
    return crashing;
  }

  ObservedLogits observed() {
    return observed;
  }

  Queue<Granted> granted() {
    return granted;
  }

  SaveOptions grantedTo(String user) {
    return new SaveOptions(false, Optional.empty(), Optional.empty(), Set.of(user));
  }

  @Override
  public String toString() {
    return "history %d: pages of %d tokens, %d in memory, %d in the spill file, %d programs"
        .formatted(seed, pageTokens, poolPages, spillPages, programCount);
  }
}
