package dev.bourse.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.demo.DemoModel;
import dev.bourse.kv.PagePool;
import dev.bourse.model.gguf.GgufFile;
import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.Kernels;
import dev.bourse.tensor.TensorType;
import dev.bourse.tensor.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The logits of a context are the same bits, not just nearly the same, whatever else happens in the
 * engine: company in the batch, chunking, page size, threads, kernels.
 */
class SameBitsTest {
  private static final int ROWS_MAX = 512;
  private static final int CONTEXTS = 16;
  private static final int DECODED = 6;

  /** What may differ between two runs without changing a bit. */
  record Setup(int threads, int pageTokens, int chunk, boolean scalar) {
    Kernels kernels() {
      return scalar ? Kernels.scalar() : Kernels.best();
    }
  }

  static Stream<Setup> setups() {
    return Stream.of(
        new Setup(1, 16, 1, false),
        new Setup(1, 16, 7, false),
        new Setup(1, 16, 64, true),
        new Setup(1, 8, 64, false),
        new Setup(1, 32, 64, false),
        new Setup(2, 16, 7, true),
        new Setup(2, 16, 64, false),
        new Setup(2, 8, 7, false));
  }

  private static Model demo(int threads) throws ModelFileException {
    return Model.load(GgufFile.of(DemoModel.NAME, DemoModel::bytes), new WorkerPool(threads));
  }

  private static int[] prompt(int length, int vocabulary, long seed) {
    return new Random(seed).ints(length, 0, vocabulary).toArray();
  }

  /** Logits after the prompt and after each of some greedy tokens. */
  private static List<float[]> alone(Model model, Setup setup, int[] prompt) {
    try (PagePool pool = new PagePool(model.config().kvLayout(setup.pageTokens()), 64);
        ForwardPass pass = model.newForwardPass(pool, ROWS_MAX, setup.kernels())) {
      TestContext context = new TestContext(pool);
      List<float[]> logits = new ArrayList<>();
      logits.add(TestContext.prefill(model, pass, context, prompt, setup.chunk()));
      for (int i = 0; i < DECODED; i++) {
        int[] next = {TestContext.best(logits.getLast())};
        logits.add(TestContext.prefill(model, pass, context, next, 1));
      }
      return logits;
    }
  }

  private static void assertSameBits(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("logits %d", i).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("setups")
  void doNotDependOnChunksPagesThreadsOrKernels(Setup setup) throws ModelFileException {
    int[] prompt = prompt(150, 2048, 1);
    try (Model one = demo(1);
        Model model = demo(setup.threads())) {
      List<float[]> expected = alone(one, new Setup(1, 16, ROWS_MAX, true), prompt);
      assertSameBits(alone(model, setup, prompt), expected);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void doNotDependOnThemInAnyFamily(Family family) throws ModelFileException {
    TinyModel tiny = new TinyModel(family, TensorType.Q8_0, false, 1, 5);
    int[] prompt = prompt(70, TinyModel.VOCABULARY, 2);
    try (Model one = tiny.load(1);
        Model two = tiny.load(2)) {
      List<float[]> expected = alone(one, new Setup(1, 16, ROWS_MAX, true), prompt);
      assertSameBits(alone(two, new Setup(2, 8, 7, false), prompt), expected);
      assertSameBits(alone(one, new Setup(1, 32, 1, false), prompt), expected);
    }
  }

  /**
   * Sixteen contexts of different lengths share every batch. They begin one after the other and
   * prefill in chunks of different sizes, so that most batches mix prefill chunks and decodes.
   */
  @Test
  void doNotDependOnCompanyInTheBatch() throws ModelFileException {
    try (Model model = demo(2);
        PagePool pool = new PagePool(model.config().kvLayout(16), 256);
        ForwardPass pass = model.newForwardPass(pool, ROWS_MAX)) {
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < CONTEXTS; i++) {
        members.add(new Member(pool, prompt(3 + 11 * i % 97, 2048, i), 1 + 5 * i % 23, i / 2));
      }
      ForwardBatch batch = new ForwardBatch();
      int mixed = 0;
      for (int step = 0; members.stream().anyMatch(Member::isBusy); step++) {
        batch.clear();
        mixed += fill(batch, members, step) ? 1 : 0;
        pass.run(batch);
        members.forEach(member -> member.read(model, pass));
      }
      assertThat(mixed).as("steps with prefill and decode in one batch").isGreaterThan(5);
      for (Member member : members) {
        Setup setup = new Setup(2, 16, ROWS_MAX, true);
        assertSameBits(member.logits, alone(model, setup, member.prompt));
      }
    }
  }

  /** Adds what every context computes next; whether both prefill and decode are there. */
  private static boolean fill(ForwardBatch batch, List<Member> members, int step) {
    boolean prefill = false;
    boolean decode = false;
    for (Member member : members) {
      if (step >= member.begin && member.isBusy()) {
        decode |= member.isDecoding();
        prefill |= !member.isDecoding();
        member.addTo(batch);
      }
    }
    return prefill && decode;
  }

  /** A context on its way through shared batches. */
  private static final class Member {
    private final TestContext context;
    private final int[] prompt;
    private final int chunk;
    private final int begin;
    private final List<float[]> logits = new ArrayList<>();
    private int row;
    private boolean pending;

    Member(PagePool pool, int[] prompt, int chunk, int begin) {
      this.context = new TestContext(pool);
      this.prompt = prompt;
      this.chunk = chunk;
      this.begin = begin;
    }

    boolean isBusy() {
      return logits.size() <= DECODED;
    }

    boolean isDecoding() {
      return !logits.isEmpty();
    }

    void addTo(ForwardBatch batch) {
      int left = prompt.length - context.length();
      int tokens = isDecoding() ? 1 : Math.min(chunk, left);
      int sequence = context.addTo(batch, tokens);
      for (int i = 0; i < tokens; i++) {
        int token = isDecoding() ? TestContext.best(logits.getLast()) : prompt[context.length()];
        row = context.addRow(batch, sequence, token);
      }
      pending = context.length() >= prompt.length;
      if (pending) {
        batch.requestLogits(row);
      }
    }

    void read(Model model, ForwardPass pass) {
      if (pending) {
        logits.add(TestContext.logits(model, pass, row));
        pending = false;
      }
    }
  }
}
