package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.ObservedLogits.Row;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Threads that do to the same contexts whatever comes to their mind, at once, and are interrupted
 * now and then: nobody hangs, nothing is left over, and each context gives the logits of the rows
 * that it has in the end.
 */
@Timeout(300)
class ContextRacesTest {
  private static final int POOL_PAGES = 14;
  private static final int CONTEXTS_MAX = 6;
  private static final int THREADS = 4;
  private static final int OPERATIONS = 80;
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);

  private static Model model;

  @TempDir private Path folder;
  private final ObservedLogits observed = new ObservedLogits();

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5})
  void contextsMayBeUsedByManyThreads(long seed) throws Exception {
    try (SnapshotStore store = SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
        var executor = Executors.newVirtualThreadPerTaskExecutor();
        Engine engine = Engine.start(model, config(seed), store)) {
      EngineProcess process = engine.openProcess("raced", CONTEXTS_MAX);
      List<Future<?>> threads = start(executor, engine, process, seed);
      for (Future<?> thread : threads) {
        thread.get(60, TimeUnit.SECONDS);
        engine.check();
      }
      for (Context context : live(engine, process)) {
        observe(context, seed);
      }
      process.close();
      assertEverythingIsFree(engine);
    }
    observed.verify(model);
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 11, 12, 13, 14, 15})
  void anEngineMayBeClosedInTheMiddle(long seed) throws Exception {
    try (SnapshotStore store = SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Engine engine = Engine.start(model, config(seed), store);
      List<Future<?>> threads =
          start(executor, engine, engine.openProcess("closed", CONTEXTS_MAX), seed);
      Thread.sleep(new Random(seed).nextInt(200));
      CompletableFuture.runAsync(engine::close, executor).get(30, TimeUnit.SECONDS);
      for (Future<?> thread : threads) {
        thread.get(30, TimeUnit.SECONDS);
      }
    }
  }

  private EngineConfig config(long seed) {
    return EngineConfig.defaults(16 * POOL_PAGES)
        .withStep(32, 8)
        .withSpill(folder, seed % 2 == 0 ? 0 : 1 << 24);
  }

  private List<Future<?>> start(
      ExecutorService executor, Engine engine, EngineProcess process, long seed) {
    List<Future<?>> threads = new ArrayList<>();
    List<Thread> running = new CopyOnWriteArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed * 100 + i);
      threads.add(
          executor.submit(
              () -> {
                running.add(Thread.currentThread());
                for (int op = 0; op < OPERATIONS; op++) {
                  step(engine, process, random);
                  if (random.nextInt(8) == 0) {
                    running.get(random.nextInt(running.size())).interrupt();
                  }
                }
                running.remove(Thread.currentThread());
                var _ = Thread.interrupted();
                return null;
              }));
    }
    return threads;
  }

  private void step(Engine engine, EngineProcess process, Random random) throws Exception {
    try {
      List<Context> live = live(engine, process);
      if (live.isEmpty()) {
        process.newContext();
      } else {
        use(process, live.get(random.nextInt(live.size())), random);
      }
      if (random.nextInt(4) == 0) {
        engine.check();
      }
    } catch (InterruptedException e) {
      // As it may be.
    } catch (EngineException e) {
      // Refused, as others were quicker; but nothing may break.
      assertThat(e.getMessage()).doesNotContain("failed");
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(EngineException.class).hasMessageNotContaining("failed");
    }
  }

  private void use(EngineProcess process, Context context, Random random) throws Exception {
    switch (random.nextInt(14)) {
      case 0 -> context.fork();
      case 1 -> context.suspend();
      case 2 -> context.destroy();
      case 3 -> context.save("name", SaveOptions.DEFAULT.replacing());
      case 4 -> process.open("name");
      case 5 -> process.take("name");
      case 6 -> context.truncateWorkingTokens(random.nextInt(10));
      case 7 -> context.releaseWorkingPages(random.nextInt(2));
      case 8 -> context.commitWorkingPages(random.nextInt(2));
      case 9 -> context.window(random.nextInt(20), 16 + random.nextInt(60));
      case 10 -> process.newContext();
      default -> {
        if (context.length() < 100) {
          context.reserveWorkingPages(1);
          CompletableFuture<ForwardResult> pass =
              context.forward(request(random, 1 + random.nextInt(16), GREEDY).build());
          if (random.nextBoolean()) {
            pass.get(60, TimeUnit.SECONDS);
          }
        }
      }
    }
  }

  private static ForwardRequest.Builder request(Random random, int count, Sampler sampler) {
    int[] tokens = random.ints(count, 0, 2000).toArray();
    int[] positions = random.ints(count, 0, 1000).toArray();
    return ForwardRequest.builder().input(tokens, positions).read(sampler, count - 1);
  }

  /** Whatever rows it has now, its next logits follow from them. */
  private void observe(Context context, long seed) throws Exception {
    try {
      context.suspend();
      context.reserveWorkingPages(1);
      Slot slot =
          context
              .forward(request(new Random(seed), 1, new Sampler.RawLogits()).build())
              .get(60, TimeUnit.SECONDS)
              .slots()
              .getFirst();
      observed.observe(rows(context), ((Slot.Logits) slot).logits(), "race " + seed);
    } catch (EngineException | ExecutionException e) {
      assertThat(e).hasMessageContaining("KV");
    }
  }

  private static List<Context> live(Engine engine, EngineProcess process) {
    return engine.locked(() -> List.copyOf(process.contexts()));
  }

  private static List<Row> rows(Context context) {
    return context
        .engine()
        .locked(
            () -> {
              var content = context.table().content();
              List<Row> rows = new ArrayList<>();
              for (int slot = 0; slot < content.length(); slot++) {
                BitSet visible = visible(content.mask(slot), slot);
                rows.add(new Row(content.token(slot), content.position(slot), visible));
              }
              return rows;
            });
  }

  private static BitSet visible(int @Nullable [] runs, int slot) {
    BitSet visible = new BitSet();
    if (runs == null) {
      visible.set(0, slot + 1);
    } else {
      int at = 0;
      for (int i = 0; i < runs.length; i++) {
        visible.set(at, at + runs[i], i % 2 == 1);
        at += runs[i];
      }
    }
    return visible;
  }

  private static void assertEverythingIsFree(Engine engine) throws InterruptedException {
    for (int i = 0; i < 5000 && engine.pageUse().free() < POOL_PAGES; i++) {
      Thread.sleep(1);
    }
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(POOL_PAGES);
    assertThat(engine.pageUse().spilled()).isZero();
  }
}
