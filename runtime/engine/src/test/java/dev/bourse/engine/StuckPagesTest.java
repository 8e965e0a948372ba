package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages behind dropped ones, in a memory of eight: where they cannot leave it, contexts go on in
 * what is left, or are refused; nobody waits for ever.
 */
@Timeout(120)
class StuckPagesTest {
  private static final int[] NEXT = tokens(1, 4);

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

  /** The two need eight pages to have their own, and there are seven. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 24})
  void forksGoOnInTurnsBesideAPageThatCannotLeave(long spillBytes) throws Exception {
    try (Engine engine = start(8, spillBytes);
        EngineProcess process = engine.openProcess("forks")) {
      suspendOnePage(process);
      Line line = new Line(process);
      line.pass(tokens(2, 100));
      Line fork = line.fork();
      float[] expected = alone(tokens(2, 100));
      assertThat(logits(line)).isEqualTo(expected);
      assertThat(logits(fork)).isEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void whatOnlyOthersStillNeedCountsAgainstAFork() throws Exception {
    try (Engine engine = start(8, 0);
        EngineProcess process = engine.openProcess("fork")) {
      Line line = new Line(process);
      line.pass(tokens(2, 48));
      line.context.dropPages(0, 1);
      Line fork = line.fork();
      fork.context.dropPages(1, 1);
      assertThatThrownBy(() -> fork.context.reserveWorkingPages(7))
          .isInstanceOf(EngineException.class)
          .hasMessageStartingWith(
              "out of KV pages: the context would take 8 of 8, and 1 can leave memory no more");
      fork.context.reserveWorkingPages(6);
      logits(fork);
      line.close();
      fork.context.reserveWorkingPages(1);
      logits(fork);
      engine.check();
    }
  }

  @Test
  void aPartlyFilledPageIsWrittenOutBeforeAContextThatFillsTheMemoryTakesItOver() throws Exception {
    try (Engine engine = start(8, 1 << 24);
        EngineProcess process = engine.openProcess("full")) {
      Line line = fillMemory(process);
      Line fork = line.fork();
      float[] expected = logits(line);
      assertThat(engine.pageUse().spilled()).isPositive();
      assertThat(logits(fork)).isEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void aContextThatFillsTheMemoryIsRefusedACopyIfNothingCanBeWrittenOut() throws Exception {
    try (Engine engine = start(8, 0);
        EngineProcess process = engine.openProcess("full")) {
      Line line = fillMemory(process);
      Line fork = line.fork();
      assertThatThrownBy(() -> logits(line))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("the context would take 9, the whole KV cache has 8");
      fork.close();
      logits(line);
      engine.check();
    }
  }

  /** A context of eight pages, the last of those with tokens partly filled and irreplaceable. */
  private static Line fillMemory(EngineProcess process) throws Exception {
    Line line = new Line(process);
    line.pass(tokens(3, 40));
    line.context.dropPages(0, 1);
    line.context.reserveWorkingPages(6);
    return line;
  }

  private static void suspendOnePage(EngineProcess process) throws Exception {
    Line line = new Line(process);
    line.pass(tokens(4, 32));
    line.context.dropPages(0, 1);
    line.context.suspend();
  }

  private static float[] alone(int[] prompt) throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("alone")) {
      Line line = new Line(process);
      line.pass(prompt);
      return logits(line);
    }
  }

  private Engine start(int pages, long spillBytes) {
    return Engine.start(
        model, EngineConfig.defaults(16 * pages).withStep(64, 32).withSpill(folder, spillBytes));
  }

  private static float[] logits(Line line) throws Exception {
    return ((Slot.Logits) line.pass(NEXT, new Sampler.RawLogits()).getFirst()).logits();
  }

  private static int[] tokens(int seed, int count) {
    return new Random(seed).ints(count, 0, 2000).toArray();
  }
}
