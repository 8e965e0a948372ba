package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What contexts and processes pay, and what they do not. */
@Timeout(120)
class ExchangeTest {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);

  private static Model model;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** Rent is due while somebody waits. */
  @Test
  void nobodyPaysForTheTimeBeforeSomebodyWaited() throws Exception {
    int pages = 8;
    double bid = 0.25;
    try (Engine engine = Engine.start(model, EngineConfig.defaults(16 * pages));
        EngineProcess holder = engine.openProcess("holder", "a", 4);
        EngineProcess comer = engine.openProcess("comer", "b", 4)) {
      Line held = new Line(holder);
      held.context.bid(bid);
      held.pass(new int[16 * pages - 1]);
      Thread.sleep(200);
      Line coming = new Line(comer);
      coming.context.bid(100);
      long before = ticks(engine);
      coming.pass(new int[16]);
      long waited = ticks(engine) - before;
      engine.check();
      assertThat(holder.usage().paid()).isLessThanOrEqualTo(bid * pages * waited + 1e-6);
    }
  }

  private static long ticks(Engine engine) {
    return engine.locked(engine.exchange::now);
  }

  @Test
  void whoOffersLessForItsPagesGivesUpItsLease() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(256));
        EngineProcess process = engine.openProcess("p")) {
      Line line = new Line(process);
      line.pass(new int[20]);
      line.context.bid(2);
      line.context.suspend();
      line.pass(new int[1]);
      assertThat(line.context.leasedTick()).isPositive();
      line.context.bid(5, 3);
      assertThat(line.context.leasedTick()).isPositive();
      line.context.bid(5, 2);
      assertThat(line.context.leasedTick()).isZero();
    }
  }

  /** Tokens of a budget are those that were computed, whoever was killed when. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aBudgetOfTokensPaysForWhatWasComputedAndNothingElse(long seed) throws Exception {
    long limit = 20_000;
    Random random = new Random(seed);
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1 << 14).withStep(64, 16));
        EngineProcess parent =
            engine.openProcess("parent", "u", 64, Budget.ofCredits(10).withTokens(limit))) {
      for (int round = 0; round < 20; round++) {
        EngineProcess child = parent.openChild("child", 8, random.nextBoolean() ? null : some());
        List<CompletableFuture<ForwardResult>> passes = new ArrayList<>();
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          Context context = child.newContext();
          contexts.add(context);
          context.reserveWorkingPages(8);
          int length = 1 + random.nextInt(60);
          passes.add(context.forward(prompt(random, 0, length)));
          passes.add(context.forward(prompt(random, length, 1 + random.nextInt(60))));
        }
        if (random.nextInt(3) > 0) {
          passes.get(random.nextInt(passes.size())).get();
        }
        contexts.get(random.nextInt(4)).destroy();
        child.close();
      }
      assertEverythingLanded(engine);
      engine.check();
      assertThat(parent.account().tokensLeft())
          .isEqualTo(OptionalLong.of(limit - engine.statistics().tokens()));
      assertThat(parent.account().balance()).isEqualTo(10);
    }
  }

  private static Budget some() {
    return Budget.ofCredits(1).withTokens(1_000);
  }

  private static ForwardRequest prompt(Random random, int from, int length) {
    int[] positions = new int[length];
    for (int i = 0; i < length; i++) {
      positions[i] = from + i;
    }
    // Half of them begin alike, and find what others have computed.
    Random tokens = random.nextBoolean() ? random : new Random(7);
    return ForwardRequest.builder()
        .input(tokens.ints(length, 0, 2000).toArray(), positions)
        .read(GREEDY, length - 1)
        .build();
  }

  private static void assertEverythingLanded(Engine engine) throws InterruptedException {
    while (engine.locked(engine.loop::isBusy)) {
      Thread.sleep(1);
    }
  }

  /** Its account is closed before its thread sees that it need not wait any more. */
  @Test
  void aProcessWithABudgetMayEndWhileItWaitsForMemory() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(16 * 8));
        EngineProcess holder = engine.openProcess("holder", "a", 4);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean stopped = new AtomicBoolean();
      Future<?> holding =
          executor.submit(
              () -> {
                while (!stopped.get()) {
                  try (Line line = new Line(holder)) {
                    line.generate(new int[60], 60, GREEDY);
                  }
                }
                return null;
              });
      for (int i = 0; i < 20; i++) {
        EngineProcess comer = engine.openProcess("comer", "b", 4, Budget.ofCredits(1));
        Context context = comer.newContext();
        context.bid(0);
        Future<?> waiting =
            executor.submit(
                () -> {
                  context.reserveWorkingPages(8);
                  return null;
                });
        while (!waiting.isDone() && !engine.locked(() -> endsWaiting(engine, comer))) {
          Thread.sleep(1);
        }
        comer.close();
      }
      stopped.set(true);
      holding.get();
      engine.check();
    }
  }

  private static boolean endsWaiting(Engine engine, EngineProcess process) {
    // While a step is computed, accounts stay open.
    if (engine.frames.waiting() == 0 || engine.loop.isBusy()) {
      return false;
    }
    process.close();
    engine.frames.observe();
    return true;
  }

  @Test
  void aBudgetThatIsUsedUpRefusesAPassBeforeAnythingIsComputed() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1 << 10));
        EngineProcess process =
            engine.openProcess("p", "u", 4, Budget.ofCredits(1).withTokens(30))) {
      Line line = new Line(process);
      line.pass(new int[20]);
      assertThatThrownBy(() -> line.pass(new int[11]))
          .isInstanceOf(BudgetExhaustedException.class)
          .hasMessageContaining("allows 10 more tokens, and the pass has 11");
      line.pass(new int[10]);
      assertThat(process.account().tokensLeft()).isEqualTo(OptionalLong.of(0));
    }
  }

  /** One that bids nothing fills the page that one who bids a lot wants as well. */
  @Test
  void nobodyWaitsForWhoBidsLessToFillACommonPage() throws Exception {
    EngineConfig config = EngineConfig.defaults(1 << 13).withStep(16, 16);
    try (Engine engine = Engine.start(model, config);
        var executor = Executors.newVirtualThreadPerTaskExecutor();
        EngineProcess process = engine.openProcess("p", "u", 8)) {
      int[] prompt = new Random(3).ints(64, 0, 2000).toArray();
      List<Future<Long>> done = new ArrayList<>();
      try (EngineProcess crowd = engine.openProcess("crowd", "v", 64)) {
        for (int i = 0; i < 16; i++) {
          Line line = new Line(crowd);
          line.context.bid(0.01, 0);
          int first = i;
          var _ = executor.submit(() -> line.generate(new int[] {first}, 400, GREEDY));
        }
        for (double bid : new double[] {0, 1}) {
          Line line = new Line(process);
          line.context.bid(bid, 0);
          done.add(
              executor.submit(
                  () -> {
                    line.generate(prompt, 1, GREEDY);
                    return engine.statistics().steps();
                  }));
          Thread.sleep(20);
        }
        long before = engine.statistics().steps();
        long rich = done.get(1).get(60, TimeUnit.SECONDS);
        assertThat(rich - before).isLessThan(40);
      }
    }
  }
}
