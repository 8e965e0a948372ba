package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ForwardPassTest {
  private static final int TOKENS = 40;
  private static final int ROWS_MAX = 64;

  /** A loaded tiny model with everything it needs, closed together. */
  private record Fixture(Model model, PagePool pool, ForwardPass pass) implements AutoCloseable {
    static Fixture of(TinyModel tiny) throws ModelFileException {
      Model model = tiny.load(1);
      PagePool pool = new PagePool(model.config().kvLayout(8), 32);
      return new Fixture(model, pool, model.newForwardPass(pool, ROWS_MAX));
    }

    @Override
    public void close() {
      pass.close();
      pool.close();
      model.close();
    }
  }

  private static int[] randomTokens(int count, long seed) {
    return new Random(seed).ints(count, 0, TinyModel.VOCABULARY).toArray();
  }

  private static void assertClose(float[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).as("logit %d", i).isEqualTo(expected[i], within(2e-4));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "LLAMA, F32, false, 1",
    "LLAMA, Q8_0, true, 4",
    "QWEN2, F32, true, 1",
    "QWEN2, Q8_0, false, 1",
    "QWEN3, F32, false, 2",
    "QWEN3, Q8_0, true, 1",
    "GEMMA2, F32, true, 1",
    "GEMMA2, Q8_0, false, 1",
    "GEMMA3, F32, true, 8",
    "PHI3, F32, false, 1",
    "PHI3, Q8_0, true, 1",
    "OLMO2, F32, false, 1",
    "GRANITE, F32, true, 1",
    "GRANITE, Q8_0, false, 2"
  })
  void computesWhatThePlainTransformerComputes(
      Family family, TensorType type, boolean tied, float ropeScale) throws ModelFileException {
    TinyModel tiny = new TinyModel(family, type, tied, ropeScale, 7);
    ReferenceTransformer reference = new ReferenceTransformer(tiny);
    int[] tokens = randomTokens(TOKENS, 1);
    try (Fixture fixture = Fixture.of(tiny)) {
      ForwardBatch batch = new ForwardBatch();
      int sequence = new TestContext(fixture.pool).addTo(batch, TOKENS);
      for (int i = 0; i < TOKENS; i++) {
        batch.requestLogits(batch.addRow(sequence, tokens[i], i, i));
      }
      fixture.pass.run(batch);
      for (int i = 0; i < TOKENS; i++) {
        assertClose(
            TestContext.logits(fixture.model, fixture.pass, i),
            reference.next(tokens[i], i, slot -> true));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void letsATokenSeeOnlyWhatItsMaskShowsAndStandAtAnyPosition(Family family)
      throws ModelFileException {
    TinyModel tiny = new TinyModel(family);
    ReferenceTransformer reference = new ReferenceTransformer(tiny);
    Random random = new Random(3);
    try (Fixture fixture = Fixture.of(tiny)) {
      ForwardBatch batch = new ForwardBatch();
      int sequence = new TestContext(fixture.pool).addTo(batch, TOKENS);
      double[][] expected = new double[TOKENS][];
      for (int i = 0; i < TOKENS; i++) {
        int token = random.nextInt(TinyModel.VOCABULARY);
        int position = random.nextInt(TinyModel.CONTEXT);
        long mask = random.nextLong();
        IntPredicate visible = slot -> (mask >>> slot & 1) != 0;
        int row = batch.addRow(sequence, token, position, i);
        batch.setMask(row, new long[] {mask});
        batch.requestLogits(row);
        expected[i] = reference.next(token, position, visible);
      }
      fixture.pass.run(batch);
      for (int i = 0; i < TOKENS; i++) {
        assertClose(TestContext.logits(fixture.model, fixture.pass, i), expected[i]);
      }
    }
  }

  @Test
  void givesLogitsAndHiddenStatesOfTheRowsThatAskedInTheOrderTheyAsked() throws ModelFileException {
    int[] tokens = randomTokens(TOKENS, 5);
    TinyModel tiny = new TinyModel(Family.QWEN3);
    ReferenceTransformer reference = new ReferenceTransformer(tiny);
    double[][] expected = new double[TOKENS][];
    for (int i = 0; i < TOKENS; i++) {
      expected[i] = reference.next(tokens[i], i, slot -> true);
    }
    try (Fixture fixture = Fixture.of(tiny)) {
      ForwardBatch batch = new ForwardBatch();
      int sequence = new TestContext(fixture.pool).addTo(batch, TOKENS);
      for (int i = 0; i < TOKENS; i++) {
        batch.addRow(sequence, tokens[i], i, i);
      }
      batch.requestLogits(30);
      batch.requestHidden(20);
      batch.requestHidden(30);
      batch.requestLogits(3);
      batch.requestLogits(3);
      fixture.pass.run(batch);

      assertThat(fixture.pass.logitsOffset(30)).isZero();
      assertThat(fixture.pass.logitsOffset(3)).isEqualTo(TinyModel.VOCABULARY);
      assertClose(TestContext.logits(fixture.model, fixture.pass, 30), expected[30]);
      assertClose(TestContext.logits(fixture.model, fixture.pass, 3), expected[3]);
      float[] output = tiny.tensor("output.weight");
      double logit = 0;
      for (int i = 0; i < TinyModel.HIDDEN; i++) {
        logit += (double) output[i] * fixture.pass.hidden()[fixture.pass.hiddenOffset(20) + i];
      }
      assertThat(logit).isEqualTo(expected[20][0], within(2e-4));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fixture.pass.logitsOffset(4))
          .withMessage("nothing was requested for row 4");
    }
  }

  @Test
  void computesNothingForAnEmptyBatchAndStoresForOneThatAsksNothing() throws ModelFileException {
    try (Fixture fixture = Fixture.of(new TinyModel(Family.LLAMA))) {
      ForwardBatch batch = new ForwardBatch();
      fixture.pass.run(batch);
      TestContext context = new TestContext(fixture.pool);
      int[] tokens = randomTokens(20, 9);
      int sequence = context.addTo(batch, 19);
      for (int i = 0; i < 19; i++) {
        context.addRow(batch, sequence, tokens[i]);
      }
      fixture.pass.run(batch);
      float[] inTwo =
          TestContext.prefill(fixture.model, fixture.pass, context, new int[] {tokens[19]}, 1);
      float[] inOne =
          TestContext.prefill(
              fixture.model, fixture.pass, new TestContext(fixture.pool), tokens, 20);
      assertThat(inTwo).isEqualTo(inOne);
    }
  }

  @Test
  void refusesRowsThatTheModelOrThePoolDoesNotHave() throws ModelFileException {
    try (Fixture fixture = Fixture.of(new TinyModel(Family.LLAMA))) {
      refuses(fixture, 258, 0, 0, "row 0 has token 258, beyond the 258 of the vocabulary");
      refuses(fixture, 0, 512, 0, "row 0 has position 512, beyond the 512 of the model's context");
      refuses(fixture, 0, 0, 8, "row 0 has slot 8, beyond the 8 in the pages of its sequence");
      ForwardBatch batch = new ForwardBatch();
      batch.addSequence(new int[] {32}, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fixture.pass.run(batch))
          .withMessage("sequence 0 has page 32, but the pool has 32 pages");
      batch.clear();
      batch.addSequence(new int[] {31}, 1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fixture.pass.run(batch))
          .withMessage("sequence 0 has page 31, which is free");
      batch.clear();
      int sequence = new TestContext(fixture.pool).addTo(batch, ROWS_MAX + 1);
      for (int i = 0; i <= ROWS_MAX; i++) {
        batch.addRow(sequence, 0, i, i);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fixture.pass.run(batch))
          .withMessage("the batch has 65 rows; this forward pass was made for 64");
    }
  }

  private static void refuses(Fixture fixture, int token, int position, int slot, String message) {
    ForwardBatch batch = new ForwardBatch();
    int sequence = new TestContext(fixture.pool).addTo(batch, 1);
    batch.addRow(sequence, token, position, slot);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> fixture.pass.run(batch))
        .withMessage(message);
  }

  @Test
  void refusesAPoolOfAnotherModel() throws ModelFileException {
    try (Model model = new TinyModel(Family.LLAMA).load(1);
        PagePool pool = new PagePool(new KvLayout(3, 2, 16, 8), 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.newForwardPass(pool, 1))
          .withMessageContaining("the page pool is laid out as");
    }
  }
}
