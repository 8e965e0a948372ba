package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTest {
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

  @Test
  void aPassNeedsReservedPages() {
    withProcess(
        EngineConfig.defaults(256),
        process -> {
          Line line = new Line(process);
          line.context.reserveWorkingPages(1);
          assertThatThrownBy(() -> line.await(input(17)))
              .isInstanceOf(EngineException.class)
              .hasMessageContaining("17 tokens does not fit the 16 free slots");
        });
  }

  @Test
  void refusesTokensPositionsRowsAndMasksThatCannotBe() {
    withProcess(
        EngineConfig.defaults(256),
        process -> {
          Line line = new Line(process);
          line.reserveFor(4);
          assertRefused(line, builder(4000, 0), "token 4000 is not in the vocabulary of 2048");
          assertRefused(line, builder(-1, 0), "token 4294967295");
          assertRefused(
              line, builder(1, 1024), "position 1024 is beyond the model's context of 1024");
          assertRefused(line, builder(1, 0).read(GREEDY, 1), "cannot sample at index 1 of 1");
          assertRefused(line, builder(1, 0).read(new Sampler.Logprob(2048), 0), "token 2048");
          assertRefused(
              line, builder(1, 0).attentionMasks(new int[2][0]), "2 attention masks for 1");
          assertRefused(
              line, builder(1, 0).attentionMasks(new int[][] {{-1}}), "covers 4294967295");
          assertRefused(line, builder(1, 0).logitMask(new int[] {2049}), "covers 2049 entries");
          assertRefused(
              line,
              builder(1, 0).bias(new int[] {-7}, new float[] {1}),
              "token 4294967289 is not in the vocabulary");
          assertRefused(
              line,
              builder(1, 0).drafts(new int[] {2}, new int[] {1}).bias(new int[1], new float[1]),
              "with drafts has no bias");
          assertRefused(
              line,
              builder(1, 0).drafts(new int[] {2}, new int[] {1}).observe(0),
              "observes no draw");
          assertRefused(line, ForwardRequest.builder(), "at least one input token");
          assertThat(line.context.length()).isZero();
        });
  }

  @Test
  void refusesOutputsThatWouldHoldUpEverybody() {
    withProcess(
        EngineConfig.defaults(1024),
        process -> {
          Line line = new Line(process);
          line.reserveFor(1024);
          assertRefused(
              line, builder(1, 0).read(GREEDY, new int[17]), "17 outputs: at most 16 for each");
          ForwardRequest.Builder all = input(1000);
          for (int i = 0; i < 16; i++) {
            all.read(new Sampler.RawLogits(), IntStream.range(0, 1000).toArray());
          }
          assertRefused(line, all, "131072000 bytes, allowed 67108864");
        });
  }

  @Test
  void aBiasDecidesWhatIsDrawnAndAnObservationTellsWhatTheModelMadeOfIt() {
    withProcess(
        EngineConfig.defaults(256),
        process -> {
          Line line = new Line(process);
          line.reserveFor(4);
          ForwardResult plain =
              line.context
                  .forward(
                      input(3)
                          .read(GREEDY, 1, 2)
                          .read(new Sampler.Logprobs(new int[] {77}), 2)
                          .observe(2)
                          .build())
                  .join();
          assertThat(plain.observations()).hasSize(2);
          int best = ((Slot.Token) plain.slots().get(1)).id();
          ForwardResult.Observation seen = plain.observations().get(1);
          assertThat(seen.tokens()).hasSize(3).startsWith(best, best);
          line.context.truncateWorkingTokens(1);
          ForwardResult biased =
              line.context
                  .forward(
                      builder(2, 2)
                          .read(GREEDY, 0)
                          .bias(new int[] {77}, new float[] {60})
                          .bias(new int[] {77}, new float[] {40})
                          .observe(1)
                          .build())
                  .join();
          assertThat(biased.slots()).containsExactly(new Slot.Token(77));
          ForwardResult.Observation after = biased.observations().getFirst();
          assertThat(after.tokens()).containsExactly(77, best);
          assertThat(after.logprobs()[0])
              .isEqualTo(((Slot.Logprobs) plain.slots().get(2)).values()[0]);
          assertThat(after.logprobs()[1]).isEqualTo(seen.logprobs()[0]);
        });
  }

  @Test
  void aPassThatFailsLeavesItsContextAsItWasAndOthersAlone() {
    withProcess(
        EngineConfig.defaults(512),
        process -> {
          Line line = new Line(process);
          line.pass(new int[] {1, 2, 3});
          line.reserveFor(4);
          Line other = new Line(process);
          CompletableFuture<ForwardResult> fails =
              line.context.forward(
                  builder(5, 3).read(GREEDY, 0).logitMask(new int[] {2048}).build());
          assertThat(other.generate(new int[] {1, 2}, 3, GREEDY)).hasSize(3);
          assertThatThrownBy(fails::get).hasMessageContaining("forbids all of them");
          assertThat(line.context.length()).isEqualTo(3);
        });
  }

  @Test
  void aPassThatFailsLeavesWhatItsWindowWouldHaveDropped() {
    withProcess(
        EngineConfig.defaults(512).withStep(8, 8),
        process -> {
          Line line = new Line(process);
          line.context.window(0, 20);
          line.pass(new int[] {1, 2, 3});
          line.reserveFor(100);
          int[] positions = IntStream.range(3, 103).toArray();
          ForwardRequest.Builder failing =
              ForwardRequest.builder()
                  .input(positions, positions)
                  .read(GREEDY, 99)
                  .logitMask(new int[] {2048});
          assertRefused(line, failing, "forbids all of them");
          assertThat(line.context.length()).isEqualTo(3);
          Line other = new Line(process);
          other.context.window(0, 20);
          assertThat(line.generate(new int[] {4, 5}, 20, GREEDY))
              .isEqualTo(other.generate(new int[] {1, 2, 3, 4, 5}, 20, GREEDY));
        });
  }

  @Test
  void aContextQueuesAsManyPassesAsItMay() {
    withProcess(
        EngineConfig.defaults(4096).withStep(8, 1),
        process -> {
          Line line = new Line(process);
          line.reserveFor(1000);
          assertThatThrownBy(
                  () -> {
                    for (int i = 0; i < 1000; i++) {
                      CompletableFuture<?> _ = line.context.forward(builder(1, i).build());
                    }
                  })
              .isInstanceOf(EngineException.class)
              .hasMessageContaining("has 64 passes that wait, its limit");
        });
  }

  @Test
  void passesMayBeSubmittedWhileOthersAreInFlight() {
    withProcess(
        EngineConfig.defaults(256).withStep(8, 1),
        process -> {
          for (int i = 0; i < 20; i++) {
            Line line = new Line(process);
            line.reserveFor(64);
            CompletableFuture<?> first = line.context.forward(input(60).build());
            List<CompletableFuture<?>> behind = new ArrayList<>();
            for (int at = 60; at < 64; at++) {
              int[][] tooLong = {{0, at + 2}};
              assertRefused(
                  line,
                  builder(1, at).attentionMasks(tooLong),
                  "covers " + (at + 2) + " entries, but there are " + (at + 1));
              behind.add(line.context.forward(builder(1, at).build()));
            }
            assertRefused(line, builder(1, 64), "does not fit the 0 free slots");
            first.get(10, TimeUnit.SECONDS);
            behind.getLast().get(10, TimeUnit.SECONDS);
            line.close();
          }
        });
  }

  @Test
  void outputsComeInTheOrderAttached() {
    withProcess(
        EngineConfig.defaults(512),
        process -> {
          Line line = new Line(process);
          line.reserveFor(4);
          List<Slot> slots =
              line.await(
                  ForwardRequest.builder()
                      .input(new int[] {1, 2, 3, 4}, new int[] {0, 1, 2, 3})
                      .read(new Sampler.Entropy(), 3, 0)
                      .read(new Sampler.Embedding(), 1)
                      .read(new Sampler.Distribution(1, 5), 2)
                      .read(GREEDY, 2));
          assertThat(slots).hasSize(5);
          assertThat(slots.get(0)).isInstanceOf(Slot.Entropy.class);
          assertThat(slots.get(1)).isInstanceOf(Slot.Entropy.class).isNotEqualTo(slots.get(0));
          assertThat(((Slot.Embedding) slots.get(2)).values()).hasSize(model.config().hiddenSize());
          Slot.Distribution distribution = (Slot.Distribution) slots.get(3);
          assertThat(distribution.ids()).hasSize(5);
          assertThat(((Slot.Token) slots.get(4)).id()).isEqualTo(distribution.ids()[0]);
        });
  }

  @Test
  void reservingWaitsForOthersToRelease() {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(64));
        EngineProcess first = engine.openProcess("first");
        EngineProcess second = engine.openProcess("second");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Line holder = new Line(first);
      run(() -> holder.context.reserveWorkingPages(3));
      keepBusy(holder.context);
      Line waiter = new Line(second);
      Future<?> waits =
          executor.submit(
              () -> {
                waiter.context.reserveWorkingPages(2);
                return null;
              });
      assertThatThrownBy(() -> waits.get(50, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      holder.context.destroy();
      letGo(holder.context);
      run(() -> waits.get(10, TimeUnit.SECONDS));
      assertThat(waiter.context.workingPages()).isEqualTo(2);
      engine.check();
    }
  }

  @Test
  void whatCanNeverFitIsRefusedWithNumbers() {
    withProcess(
        EngineConfig.defaults(64),
        process ->
            assertThatThrownBy(() -> process.newContext().reserveWorkingPages(5))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot reserve 5 pages")
                .hasMessageContaining("the whole KV cache 4 of 16 tokens"));
  }

  @Test
  void aStepLoopThatFailsLeavesNobodyWaiting() {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(64).withPolicy("fcfs"));
        EngineProcess process = engine.openProcess("waiting");
        EngineProcess other = engine.openProcess("other");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Line line = new Line(process);
      run(() -> line.context.reserveWorkingPages(1));
      Line busy = new Line(process);
      run(() -> busy.context.reserveWorkingPages(3));
      keepBusy(busy.context);
      Future<?> waits = executor.submit(reserve(new Line(other), 2));
      awaitWaiting(engine, 1);
      CompletableFuture<ForwardResult> pass =
          engine.locked(
              () -> {
                CompletableFuture<ForwardResult> submitted =
                    line.context.forward(builder(1, 0).build());
                // The room that the pass was promised is gone: a broken law.
                line.context.table().releaseWorking(1);
                return submitted;
              });
      assertThatThrownBy(() -> pass.get(10, TimeUnit.SECONDS))
          .hasMessageContaining("the engine failed");
      assertThatThrownBy(() -> waits.get(10, TimeUnit.SECONDS))
          .hasMessageContaining("the engine failed");
      assertThatThrownBy(() -> engine.openProcess("late"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("the engine failed");
      letGo(busy.context);
      assertThat(engine.pageUse().free()).isEqualTo(4);
      engine.close();
    }
  }

  private static void awaitWaiting(Engine engine, int count) {
    while (engine.locked(engine.frames::waiting) != count) {
      Thread.onSpinWait();
    }
  }

  /** As if its pages were in use: nobody may take them. */
  private static void keepBusy(Context context) {
    context
        .engine()
        .locked(
            () -> {
              context.beginRestoring();
              return context;
            });
  }

  private static void letGo(Context context) {
    context
        .engine()
        .locked(
            () -> {
              context.endRestoring();
              return context;
            });
  }

  private static Callable<Void> reserve(Line line, int pages) {
    return () -> {
      line.context.reserveWorkingPages(pages);
      return null;
    };
  }

  @Test
  void closingAProcessEndsWhatItWaitsFor() {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(64));
        EngineProcess holder = engine.openProcess("holder");
        EngineProcess process = engine.openProcess("closing");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Line busy = new Line(holder);
      run(() -> busy.context.reserveWorkingPages(4));
      keepBusy(busy.context);
      Line line = new Line(process);
      Future<?> waits =
          executor.submit(
              () -> {
                line.context.reserveWorkingPages(1);
                return null;
              });
      awaitWaiting(engine, 1);
      process.close();
      assertThatThrownBy(() -> waits.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("the process has ended");
      letGo(busy.context);
    }
  }

  @Test
  void aProcessHasAsManyContextsAsItMay() {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(64));
        EngineProcess process = engine.openProcess("greedy", 2)) {
      process.newContext();
      Context second = process.newContext();
      assertThatThrownBy(process::newContext).hasMessageContaining("has 2 contexts, its limit");
      second.destroy();
      process.newContext();
    }
  }

  @Test
  void usageTellsPromptsFromDecodes() {
    withProcess(
        EngineConfig.defaults(512),
        process -> {
          new Line(process).generate(new int[] {1, 2, 3, 4, 5}, 4, GREEDY);
          EngineProcess.Usage usage = process.usage();
          assertThat(usage.promptTokens()).isEqualTo(5);
          assertThat(usage.decodedTokens()).isEqualTo(3);
          assertThat(usage.sampledTokens()).isEqualTo(4);
          assertThat(usage.firstTokenNanos()).isPositive();
          assertThat(usage.pages()).isEqualTo(1);
        });
  }

  @Test
  void seedlessDrawsAreRepeatableAndDifferBetweenForks() throws Exception {
    assertThat(draws(5)).isEqualTo(draws(5)).isNotEqualTo(draws(6));
    List<List<Integer>> forks = draws(5);
    assertThat(forks.get(0)).isNotEqualTo(forks.get(1));
  }

  private static List<List<Integer>> draws(long seed) throws Exception {
    List<List<Integer>> draws = new ArrayList<>();
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1024).withSeed(seed));
        EngineProcess process = engine.openProcess("draws")) {
      Line line = new Line(process);
      line.pass(new int[] {1, 2, 3});
      for (int i = 0; i < 3; i++) {
        int[] drawn = line.fork().generate(new int[] {4}, 12, new Sampler.TopP(1.5f, 0.99f));
        draws.add(java.util.Arrays.stream(drawn).boxed().toList());
      }
    }
    return draws;
  }

  /**
   * Programs that fork, truncate, release, destroy and are closed in the middle of passes, in a
   * pool that is too small for all of them. Pages are conserved throughout, and all are free at the
   * end.
   */
  @Test
  void pagesAreConservedUnderRandomPrograms() throws Exception {
    for (long seed = 0; seed < 12; seed++) {
      EngineConfig config = EngineConfig.defaults(16 * 40).withStep(48, 8);
      // The engine closes first: programs that still waited would end with it.
      try (var executor = Executors.newVirtualThreadPerTaskExecutor();
          Engine engine = Engine.start(model, config)) {
        List<Future<?>> programs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
          Random random = new Random(seed * 100 + i);
          programs.add(executor.submit(() -> randomProgram(engine, random)));
        }
        for (Future<?> program : programs) {
          program.get(60, TimeUnit.SECONDS);
          engine.check();
        }
        // A pass that was in flight when its process closed lands with the step.
        for (int i = 0; i < 1000 && engine.pageUse().free() < 40; i++) {
          Thread.sleep(1);
        }
        engine.check();
        assertThat(engine.pageUse().free()).isEqualTo(40);
        assertThat(engine.pageUse().spilled()).isZero();
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Object randomProgram(
      Engine engine, Random random) throws Exception {
    for (int life = 0; life < 3; life++) {
      try (EngineProcess process = engine.openProcess("random")) {
        List<Line> lines = new ArrayList<>(List.of(new Line(process)));
        for (int i = 0; i < 25 && !lines.isEmpty(); i++) {
          Line line = lines.get(random.nextInt(lines.size()));
          switch (random.nextInt(8)) {
            case 0 -> lines.add(line.fork());
            case 1 -> {
              lines.remove(line);
              line.close();
            }
            case 2 -> line.context.releaseWorkingPages(0);
            case 3 -> {
              // Whatever touches the pages waits for the pass before it.
              line.reserveFor(3);
              int at = Math.min(line.context.length(), 1000);
              CompletableFuture<?> unread =
                  line.context.forward(
                      ForwardRequest.builder()
                          .input(new int[] {1, 2, 3}, new int[] {at, at + 1, at + 2})
                          .build());
              line.context.truncateWorkingTokens(3);
              assertThat(unread).isDone();
            }
            default -> {
              if (line.length() < 100) {
                line.pass(random.ints(1 + random.nextInt(20), 0, 2000).toArray(), GREEDY);
              }
            }
          }
        }
      }
    }
    return null;
  }

  private interface Action {
    void run() throws Exception;
  }

  private interface Use {
    void with(EngineProcess process) throws Exception;
  }

  private static void withProcess(EngineConfig config, Use use) {
    try (Engine engine = Engine.start(model, config);
        EngineProcess process = engine.openProcess("test")) {
      run(() -> use.with(process));
      engine.check();
    }
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ForwardRequest.Builder builder(int token, int position) {
    return ForwardRequest.builder().input(new int[] {token}, new int[] {position});
  }

  private static ForwardRequest.Builder input(int count) {
    int[] tokens = new int[count];
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = i;
      positions[i] = i;
    }
    return ForwardRequest.builder().input(tokens, positions);
  }

  private static void assertRefused(Line line, ForwardRequest.Builder request, String message) {
    assertThatThrownBy(() -> line.await(request))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(message);
  }
}
