package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that together need much more memory than there is: each of them gets all its answer. */
@Timeout(300)
class StarvationTest {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int POOL_PAGES = 20;

  private static Model model;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Five pages each, ten times what there is. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 26})
  void everybodyFinishesInATenthOfTheMemory(long spillBytes) throws Exception {
    int programs = 2 * POOL_PAGES;
    try (Engine engine = start(POOL_PAGES, spillBytes)) {
      List<Callable<int[]>> calls = new ArrayList<>();
      for (int i = 0; i < programs; i++) {
        int number = i;
        calls.add(() -> generate(engine, number));
      }
      List<int[]> alone = new ArrayList<>();
      for (Callable<int[]> call : calls) {
        alone.add(call.call());
      }
      assertThat(together(calls)).usingRecursiveComparison().isEqualTo(alone);
      assertEverythingIsFree(engine);
    }
  }

  private static int[] generate(Engine engine, int number) throws Exception {
    int[] prompt = new Random(number).ints(60, 0, 2000).toArray();
    try (EngineProcess process = engine.openProcess("p", "user " + System.nanoTime(), 8)) {
      return new Line(process).generate(prompt, 20, GREEDY);
    }
  }

  /** Each stream needs six pages at a time. */
  @ParameterizedTest
  @CsvSource({"1, 8, 0", "1, 8, 67108864", "4, 14, 67108864"})
  void streamsWithAWindowGoOnInLittleMemory(int streams, int poolPages, long spillBytes)
      throws Exception {
    int[] expected;
    try (Engine engine = start(64, 0)) {
      expected = stream(engine);
    }
    try (Engine engine = start(poolPages, spillBytes)) {
      List<Callable<int[]>> calls = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        calls.add(() -> stream(engine));
      }
      List<int[]> streamed = together(calls);
      for (int[] one : streamed) {
        assertThat(one).isEqualTo(expected);
      }
      assertEverythingIsFree(engine);
    }
  }

  private static int[] stream(Engine engine) throws Exception {
    try (EngineProcess process = engine.openProcess("p", "user " + System.nanoTime(), 8)) {
      Line line = new Line(process);
      line.context.window(4, 60);
      return line.generate(new int[] {1, 2, 3, 4, 5}, 995, GREEDY);
    }
  }

  private static List<int[]> together(List<Callable<int[]>> calls) throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<int[]>> running = new ArrayList<>();
      calls.forEach(call -> running.add(executor.submit(call)));
      List<int[]> results = new ArrayList<>();
      for (Future<int[]> one : running) {
        results.add(one.get(120, TimeUnit.SECONDS));
      }
      return results;
    }
  }

  private Engine start(int poolPages, long spillBytes) {
    return Engine.start(model, EngineConfig.defaults(16 * poolPages).withSpill(folder, spillBytes));
  }

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
}
