package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Law 4: what a context computes does not depend on how, or beside whom, it is computed. */
class SameTokensTest {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int[] PROMPT = prompt(7, 90);

  private static Model model;
  private static float[] logitsAlone;
  private static int[] tokensAlone;

  @BeforeAll
  static void computeAlone() throws Exception {
    model = TestModels.demo();
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096))) {
      try (EngineProcess process = engine.openProcess("alone")) {
        logitsAlone = logits(new Line(process), PROMPT);
        tokensAlone = new Line(process).generate(PROMPT, 24, GREEDY);
      }
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @CsvSource({"1,16", "7,16", "64,16", "64,8", "64,32", "7,8", "7,32"})
  void inChunksAndPagesOfAnySize(int chunk, int pageTokens) throws Exception {
    EngineConfig config =
        EngineConfig.defaults(4096).withStep(256, chunk).withPageTokens(pageTokens);
    try (Engine engine = Engine.start(model, config);
        EngineProcess process = engine.openProcess("chunks")) {
      assertThat(logits(new Line(process), PROMPT)).isEqualTo(logitsAlone);
      assertThat(new Line(process).generate(PROMPT, 24, GREEDY)).isEqualTo(tokensAlone);
    }
  }

  @Test
  void splitOverPassesAtAnyPlace() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("split")) {
      for (int at : new int[] {1, 15, 16, 17, 50, 89}) {
        Line line = new Line(process);
        line.pass(Arrays.copyOfRange(PROMPT, 0, at));
        assertThat(logits(line, Arrays.copyOfRange(PROMPT, at, PROMPT.length)))
            .as("split at %d", at)
            .isEqualTo(logitsAlone);
      }
    }
  }

  @Test
  void afterForkAndTruncate() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("fork")) {
      Line parent = new Line(process);
      parent.pass(Arrays.copyOfRange(PROMPT, 0, 37));
      Line fork = parent.fork();
      Line other = parent.fork();
      other.generate(new int[] {5}, 12, GREEDY);
      assertThat(logits(fork, Arrays.copyOfRange(PROMPT, 37, PROMPT.length)))
          .isEqualTo(logitsAlone);
      parent.reserveFor(3);
      parent.await(
          ForwardRequest.builder()
              .input(new int[] {1, 2, 3}, new int[] {37, 38, 39})
              .read(GREEDY, 2));
      parent.context.truncateWorkingTokens(3);
      assertThat(logits(parent, Arrays.copyOfRange(PROMPT, 37, PROMPT.length)))
          .isEqualTo(logitsAlone);
      engine.check();
    }
  }

  /** Sixteen at once: some still in their prompt while others decode, in chunks of 7. */
  @Test
  void inABatchOfSixteenMixedPrefillsAndDecodes() throws Exception {
    Random random = new Random(3);
    List<int[]> prompts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    prompts.add(PROMPT);
    expected.add(tokensAlone);
    try (Engine engine = Engine.start(model, EngineConfig.defaults(16384));
        EngineProcess process = engine.openProcess("alone")) {
      for (int i = 1; i < 16; i++) {
        prompts.add(prompt(random.nextInt(1000), 1 + random.nextInt(150)));
        expected.add(new Line(process).generate(prompts.get(i), 24, GREEDY));
      }
    }
    EngineConfig config = EngineConfig.defaults(16384).withStep(64, 7);
    try (Engine engine = Engine.start(model, config);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<int[]>> futures = new ArrayList<>();
      for (int[] prompt : prompts) {
        Callable<int[]> task =
            () -> {
              try (EngineProcess process = engine.openProcess("one of sixteen")) {
                return new Line(process).generate(prompt, 24, GREEDY);
              }
            };
        futures.add(executor.submit(task));
      }
      for (int i = 0; i < 16; i++) {
        assertThat(futures.get(i).get()).as("context %d", i).isEqualTo(expected.get(i));
      }
      StepStatistics statistics = engine.statistics();
      assertThat(statistics.tokens()).isGreaterThan(statistics.steps());
      engine.check();
      assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    }
  }

  @Test
  void withAMaskThatHidesNothing() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("mask")) {
      Line line = new Line(process);
      line.reserveFor(PROMPT.length);
      int[][] masks = new int[PROMPT.length][];
      int[] positions = new int[PROMPT.length];
      for (int i = 0; i < PROMPT.length; i++) {
        masks[i] = new int[] {0, i + 1};
        positions[i] = i;
      }
      Slot slot =
          line.await(
                  ForwardRequest.builder()
                      .input(PROMPT, positions)
                      .attentionMasks(masks)
                      .read(new Sampler.RawLogits(), PROMPT.length - 1))
              .getFirst();
      assertThat(((Slot.Logits) slot).logits()).isEqualTo(logitsAlone);
    }
  }

  @Test
  void whatAMaskHidesDoesNotMatter() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("mask")) {
      assertThat(lastLogitsWithFirstHidden(process, 11))
          .isEqualTo(lastLogitsWithFirstHidden(process, 99))
          .isNotEqualTo(logitsAlone);
    }
  }

  private static float[] lastLogitsWithFirstHidden(EngineProcess process, int first)
      throws Exception {
    int[] tokens = PROMPT.clone();
    tokens[0] = first;
    int[][] masks = new int[tokens.length][];
    int[] positions = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      masks[i] = i == 0 ? new int[] {0, 1} : new int[] {1, i};
      positions[i] = i;
    }
    Line line = new Line(process);
    line.reserveFor(tokens.length);
    Slot slot =
        line.await(
                ForwardRequest.builder()
                    .input(tokens, positions)
                    .attentionMasks(masks)
                    .read(new Sampler.RawLogits(), tokens.length - 1))
            .getFirst();
    return ((Slot.Logits) slot).logits();
  }

  private static float[] logits(Line line, int[] tokens) throws Exception {
    return ((Slot.Logits) line.pass(tokens, new Sampler.RawLogits()).getFirst()).logits();
  }

  private static int[] prompt(long seed, int length) {
    return new Random(seed).ints(length, 0, 2000).toArray();
  }
}
