package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in memory, what left it, and how it comes back: with the same tokens. */
@Timeout(120)
class ResidencyTest {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final int[] NEXT = new Random(8).ints(20, 0, 2000).toArray();

  private static Model model;
  private static float[] expected;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("alone")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      expected = logits(line, NEXT);
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void aPromptThatWasComputedIsFound() throws Exception {
    try (Engine engine = start(1024, 0);
        EngineProcess process = engine.openProcess("first");
        EngineProcess other = engine.openProcess("second")) {
      Line first = new Line(process);
      first.pass(PROMPT);
      // A partly filled page is found once nobody writes to it any more.
      first.close();
      Line line = new Line(other);
      ForwardResult.Receipt receipt = line.receiptOf(PROMPT);
      assertThat(receipt.tokensFromCache()).isEqualTo(90);
      assertThat(receipt.tokensComputed()).isZero();
      assertThat(logits(line, NEXT)).isEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void aPartOfAPromptIsFoundToTheToken() throws Exception {
    try (Engine engine = start(1024, 0);
        EngineProcess process = engine.openProcess("first")) {
      new Line(process).pass(PROMPT);
      int[] other = PROMPT.clone();
      other[60] = 1;
      ForwardResult.Receipt receipt = new Line(process).receiptOf(other);
      assertThat(receipt.tokensFromCache()).isEqualTo(60);
      assertThat(receipt.tokensComputed()).isEqualTo(30);
    }
  }

  @Test
  void anotherUserFindsNothing() throws Exception {
    try (Engine engine = start(1024, 0);
        EngineProcess alice = engine.openProcess("a", "alice", 8);
        EngineProcess bob = engine.openProcess("b", "bob", 8)) {
      new Line(alice).pass(PROMPT);
      assertThat(new Line(bob).receiptOf(PROMPT).tokensFromCache()).isZero();
      assertThat(new Line(alice).receiptOf(PROMPT).tokensFromCache()).isEqualTo(80);
      engine.check();
    }
  }

  @Test
  void thoseWhoComeTogetherComputeOnce() throws Exception {
    try (Engine engine = start(4096, 0);
        EngineProcess process = engine.openProcess("many");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<float[]>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        Line line = new Line(process);
        all.add(
            executor.submit(
                () -> {
                  line.pass(PROMPT);
                  return logits(line, NEXT);
                }));
      }
      for (Future<float[]> one : all) {
        assertThat(one.get()).isEqualTo(expected);
      }
      // The rows behind the last full page are too few to wait for.
      assertThat(engine.statistics().tokens()).isLessThan(90 + 16 * (10 + NEXT.length));
      engine.check();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 24})
  void suspendedContextsComeBack(long spillBytes) throws Exception {
    try (Engine engine = start(128, spillBytes);
        EngineProcess process = engine.openProcess("suspended")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      Line fork = line.fork();
      line.context.suspend();
      fork.context.suspend();
      assertThat(line.context.isSuspended()).isTrue();
      // Takes all the memory there is.
      Line other = new Line(process);
      other.pass(new Random(9).ints(120, 0, 2000).toArray(), GREEDY);
      engine.check();
      assertThat(engine.pageUse().spilled()).isEqualTo(spillBytes == 0 ? 0 : 6);
      ForwardResult.Receipt receipt = line.receiptOf(NEXT);
      assertThat(receipt.tokensRestored() + receipt.tokensRecomputed()).isEqualTo(90);
      assertThat(receipt.tokensRestored() == 0).isEqualTo(spillBytes == 0);
      assertThat(logits(fork, NEXT)).isEqualTo(expected);
      engine.check();
      other.context.destroy();
      line.context.destroy();
      fork.context.destroy();
      assertThat(engine.pageUse().spilled()).isZero();
    }
  }

  /** Together they need twice the memory there is; each gets all of its answer. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 24})
  void programsThatDoNotFitTogetherTakeTurns(long spillBytes) throws Exception {
    try (Engine engine = start(16 * 10, spillBytes);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      int[] alone;
      try (EngineProcess process = engine.openProcess("alone")) {
        alone = new Line(process).generate(PROMPT, 40, GREEDY);
      }
      List<Future<int[]>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        EngineProcess process = engine.openProcess("p" + i, "user " + i, 8);
        all.add(
            executor.submit(
                () -> {
                  try (process) {
                    return new Line(process).generate(PROMPT, 40, GREEDY);
                  }
                }));
      }
      for (Future<int[]> one : all) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(alone);
      }
      engine.check();
    }
  }

  @Test
  void aForkCopiesNothingAndEitherMayGoOnFirst() throws Exception {
    try (Engine engine = start(1024, 0);
        EngineProcess process = engine.openProcess("fork")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      Engine.PageUse before = engine.pageUse();
      Line first = line.fork();
      Line second = first.fork();
      assertThat(engine.pageUse().free()).isEqualTo(before.free());
      assertThat(logits(second, NEXT)).isEqualTo(expected);
      assertThat(logits(line, NEXT)).isEqualTo(expected);
      assertThat(logits(first, NEXT)).isEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void aWindowDropsWhatNobodySees() throws Exception {
    try (Engine engine = start(2048, 0);
        EngineProcess process = engine.openProcess("window")) {
      Line line = new Line(process);
      line.context.window(4, 40);
      int[] tokens = new Random(10).ints(400, 0, 2000).toArray();
      float[] dropping = logits(line, tokens);
      assertThat(engine.pageUse().pages() - engine.pageUse().free()).isLessThan(10);
      engine.check();

      Line masked = new Line(process);
      masked.reserveFor(400);
      int[] positions = new int[400];
      int[][] masks = new int[400][];
      for (int i = 0; i < 400; i++) {
        positions[i] = i;
        int first = Math.max(0, i - 39);
        masks[i] = first <= 4 ? new int[] {0, i + 1} : new int[] {0, 4, first - 4, i + 1 - first};
      }
      Slot slot =
          masked
              .await(
                  ForwardRequest.builder()
                      .input(tokens, positions)
                      .attentionMasks(masks)
                      .read(new Sampler.RawLogits(), 399))
              .getFirst();
      assertThat(((Slot.Logits) slot).logits()).isEqualTo(dropping);
      Line fork = line.fork();
      line.context.suspend();
      assertThat(logits(fork, NEXT)).isEqualTo(logits(line, NEXT));
      engine.check();
    }
  }

  /** Each holds all it has and lacks one page; so one of them must let go while it waits. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 24})
  void forksThatFillTheMemoryTakeTurns(long spillBytes) throws Exception {
    try (Engine engine = start(16 * 12, spillBytes);
        EngineProcess process = engine.openProcess("first");
        EngineProcess other = engine.openProcess("second");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Line> lines = new ArrayList<>(List.of(new Line(process), new Line(other)));
      for (Line line : List.copyOf(lines)) {
        line.pass(PROMPT);
      }
      for (Line line : List.copyOf(lines)) {
        lines.add(line.fork());
      }
      int[] one = {5};
      List<Future<float[]>> all = new ArrayList<>();
      for (Line line : lines) {
        all.add(executor.submit(() -> logits(line, one)));
      }
      float[] first = all.getFirst().get(60, TimeUnit.SECONDS);
      for (Future<float[]> each : all) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(first);
      }
      engine.check();
    }
  }

  /** The last rows saw pages that are gone, so they must not be computed again. */
  @Test
  void whatWasComputedBeforeAWindowIsKept() throws Exception {
    float[] windowed;
    try (Engine engine = start(1024, 0);
        EngineProcess process = engine.openProcess("alone")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.window(0, 32);
      windowed = logits(line, NEXT);
    }
    try (Engine engine = start(16 * 8, 0);
        EngineProcess process = engine.openProcess("window")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.window(0, 32);
      line.context.suspend();
      Line greedy = new Line(process);
      assertThatThrownBy(() -> greedy.pass(new Random(9).ints(90, 0, 2000).toArray()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("3 can leave memory no more");
      greedy.close();
      assertThat(logits(line, NEXT)).isEqualTo(windowed);
      engine.check();
    }
  }

  @Test
  void droppedPagesMustBeFull() throws Exception {
    try (Engine engine = start(1024, 0);
        EngineProcess process = engine.openProcess("drop")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      assertThatThrownBy(() -> line.context.dropPages(3, 3))
          .isInstanceOf(EngineException.class)
          .hasMessage("cannot drop 3 pages from page 3 on: 5 are full");
      line.context.dropPages(1, 2);
      assertThat(line.context.length()).isEqualTo(90);
      assertThat(logits(line, NEXT)).isNotEqualTo(expected);
      engine.check();
    }
  }

  private Engine start(int kvTokens, long spillBytes) {
    return Engine.start(
        model, EngineConfig.defaults(kvTokens).withStep(64, 32).withSpill(folder, spillBytes));
  }

  private static float[] logits(Line line, int[] tokens) throws Exception {
    return ((Slot.Logits) line.pass(tokens, new Sampler.RawLogits()).getFirst()).logits();
  }
}
