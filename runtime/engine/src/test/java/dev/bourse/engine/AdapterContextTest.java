package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.LoraAdapter;
import dev.bourse.model.Model;
import dev.bourse.model.lora.LoraWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contexts that are computed with adapters: what they share, and how they come back. */
@Timeout(120)
class AdapterContextTest {
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);

  /** Where the adapter changes, in the contexts where it does. */
  private static final int CHANGE = 37;

  private static Model model;
  private static LoraAdapter one;
  private static LoraAdapter two;
  private static float[] logitsWithOne;
  private static float[] logitsMixed;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
    one = TestAdapters.random(model.config(), 1);
    two = TestAdapters.random(model.config(), 2);
    logitsWithOne = alone(EngineConfig.defaults(1024), one, one);
    logitsMixed = alone(EngineConfig.defaults(1024), null, one);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static float[] alone(
      EngineConfig config, @Nullable LoraAdapter first, @Nullable LoraAdapter then)
      throws Exception {
    try (Engine engine = Engine.start(model, config);
        EngineProcess process = engine.openProcess("alone")) {
      return logits(new Line(process), first, then);
    }
  }

  /** The logits after the prompt, of which the end is computed with another adapter. */
  private static float[] logits(Line line, @Nullable LoraAdapter first, @Nullable LoraAdapter then)
      throws Exception {
    line.with(first).pass(Arrays.copyOf(PROMPT, CHANGE));
    return logits(line.with(then), Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length));
  }

  private static float[] logits(Line line, int[] tokens) throws Exception {
    return ((Slot.Logits) line.pass(tokens, new Sampler.RawLogits()).getFirst()).logits();
  }

  @ParameterizedTest
  @CsvSource({"1,16", "7,8", "64,32"})
  void chunksAndPagesChangeNothing(int chunk, int pageTokens) throws Exception {
    EngineConfig config =
        EngineConfig.defaults(1024).withStep(64, chunk).withPageTokens(pageTokens);
    assertThat(alone(config, one, one)).isEqualTo(logitsWithOne);
    assertThat(alone(config, null, one))
        .isEqualTo(logitsMixed)
        .isNotEqualTo(logitsWithOne)
        .isNotEqualTo(alone(config, null, null));
  }

  @Test
  void inOneBatchEachHasItsOwn() throws Exception {
    List<@Nullable LoraAdapter> adapters = new ArrayList<>();
    adapters.add(null);
    adapters.add(one);
    adapters.add(two);
    List<int[]> expected = new ArrayList<>();
    for (LoraAdapter adapter : adapters) {
      try (Engine engine = Engine.start(model, EngineConfig.defaults(1024));
          EngineProcess process = engine.openProcess("alone")) {
        expected.add(new Line(process).with(adapter).generate(PROMPT, 24, GREEDY));
      }
    }
    assertThat(expected.get(1)).isNotEqualTo(expected.get(0)).isNotEqualTo(expected.get(2));
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096).withStep(64, 7));
        EngineProcess process = engine.openProcess("together");
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<int[]>> found = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        LoraAdapter adapter = adapters.get(i % 3);
        found.add(
            executor.submit(() -> new Line(process).with(adapter).generate(PROMPT, 24, GREEDY)));
      }
      for (int i = 0; i < 12; i++) {
        assertThat(found.get(i).get()).isEqualTo(expected.get(i % 3));
      }
      assertThat(engine.statistics().tokens()).isGreaterThan(engine.statistics().steps());
      engine.check();
    }
  }

  @Test
  void aContextSharesNothingWithOneOfAnotherAdapter() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(2048));
        EngineProcess process = engine.openProcess("sharing")) {
      assertThat(found(process, null)).isZero();
      assertThat(found(process, one)).isZero();
      assertThat(found(process, two)).isZero();
      // As soon as the adapter is the same, everything is found.
      assertThat(found(process, null)).isEqualTo(90);
      assertThat(found(process, one)).isEqualTo(90);
      assertThat(found(process, TestAdapters.random(model.config(), 2))).isEqualTo(90);
      assertThat(logits(new Line(process), one, one)).isEqualTo(logitsWithOne);
      engine.check();
    }
  }

  private static int found(EngineProcess process, @Nullable LoraAdapter adapter) throws Exception {
    try (Line line = new Line(process).with(adapter)) {
      return line.receiptOf(PROMPT).tokensFromCache();
    }
  }

  @Test
  void whatWasComputedBeforeTheAdapterIsShared() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(2048));
        EngineProcess process = engine.openProcess("changing")) {
      Line base = new Line(process);
      base.pass(Arrays.copyOf(PROMPT, CHANGE));
      Line fork = base.fork().with(one);
      assertThat(logits(fork, Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length)))
          .isEqualTo(logitsMixed);
      Line other = base.fork().with(two);
      assertThat(logits(other, Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length)))
          .isNotEqualTo(logitsMixed);
      // The page in which the adapter changes is found as what it is.
      fork.close();
      Line again = new Line(process);
      assertThat(again.receiptOf(Arrays.copyOf(PROMPT, CHANGE)).tokensFromCache())
          .isEqualTo(CHANGE);
      ForwardResult.Receipt rest =
          again.with(one).receiptOf(Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length));
      assertThat(rest.tokensFromCache()).isGreaterThanOrEqualTo(80 - CHANGE);
      engine.check();
    }
  }

  /** Without a spill file, what leaves memory is computed again, each row with its own adapter. */
  @Test
  void comesBackWithTheAdaptersItWasComputedWith() throws Exception {
    EngineConfig config = EngineConfig.defaults(128).withSpill(folder, 0);
    try (Engine engine = Engine.start(model, config);
        EngineProcess process = engine.openProcess("evicted")) {
      Line line = new Line(process);
      line.pass(Arrays.copyOf(PROMPT, CHANGE));
      line.with(one).pass(Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length - 1));
      line.context.suspend();
      Line other = new Line(process).with(two);
      other.pass(new Random(3).ints(120, 0, 2000).toArray());
      other.close();
      line.reserveFor(1);
      ForwardRequest.Builder last =
          ForwardRequest.builder()
              .input(new int[] {PROMPT[89]}, new int[] {89})
              .adapter(one)
              .read(new Sampler.RawLogits(), 0);
      ForwardResult result = line.context.forward(last.build()).get();
      assertThat(result.receipt().tokensRecomputed()).isPositive();
      assertThat(((Slot.Logits) result.slots().getFirst()).logits()).isEqualTo(logitsMixed);
      engine.check();
    }
  }

  @Test
  void draftsAreVerifiedWithTheAdapter() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(2048));
        EngineProcess process = engine.openProcess("drafts")) {
      int[] text = new Line(process).with(one).generate(PROMPT, 12, GREEDY);
      Line line = new Line(process);
      ForwardRequest.Builder request =
          ForwardRequest.builder().adapter(one).read(GREEDY, PROMPT.length - 1);
      assertThat(line.speculate(request, PROMPT, Arrays.copyOf(text, 11)).slots()).hasSize(12);
    }
  }

  @Test
  void aSnapshotTellsItsAdaptersAndNeedsThem() throws Exception {
    Path file = folder.resolve("one.gguf");
    Path stored = folder.resolve("store");
    try (SnapshotStore store = SnapshotStore.open(stored, StoreConfig.defaults());
        Engine engine = Engine.start(model, EngineConfig.defaults(1024), store);
        EngineProcess process = engine.openProcess("before")) {
      Files.write(file, LoraWriter.gguf(one, model.config()));
      Line line = new Line(process);
      line.pass(Arrays.copyOf(PROMPT, CHANGE));
      line.with(one).pass(Arrays.copyOfRange(PROMPT, CHANGE, PROMPT.length - 1));
      line.context.save("mixed");
      new Line(process).with(null).pass(PROMPT);
    }
    try (SnapshotStore store = SnapshotStore.open(stored, StoreConfig.defaults());
        Engine engine = Engine.start(model, EngineConfig.defaults(1024), store);
        EngineProcess process = engine.openProcess("after")) {
      assertThatThrownBy(() -> process.open("mixed"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining(
              "snapshot \"mixed\" was computed with adapter " + one.digest().substring(0, 12))
          .hasMessageContaining("load it first");
      Adapter adapter = engine.adapters().create(process.user(), "mine");
      adapter.load(file);
      assertThat(adapter.weights().orElseThrow().digest()).isEqualTo(one.digest());
      Line line = Line.of(process.open("mixed")).with(one);
      assertThat(logits(line, new int[] {PROMPT[89]})).isEqualTo(logitsMixed);
      engine.check();
    }
  }

  @Test
  void adaptersAreHeldUntilTheLastContextIsGone() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(2048))) {
      EngineProcess process = engine.openProcess("holding");
      Line line = new Line(process).with(one);
      line.pass(PROMPT);
      Line fork = line.fork();
      assertThat(engine.locked(engine.adapterHolds::users)).isEqualTo(1);
      line.close();
      assertThat(engine.locked(engine.adapterHolds::users)).isEqualTo(1);
      fork.close();
      assertThat(engine.locked(engine.adapterHolds::users)).isZero();
      new Line(process).with(two).pass(PROMPT);
      process.close();
      assertThat(engine.locked(engine.adapterHolds::users)).isZero();
    }
  }

  @Test
  void whatContextsHoldIsBounded() {
    AdapterHolds holds = new AdapterHolds(one.bytes() + two.bytes() - 1);
    assertThat(holds.acquire("ann", one)).isSameAs(one);
    assertThat(holds.acquire("ann", TestAdapters.random(model.config(), 1))).isSameAs(one);
    assertThatThrownBy(() -> holds.acquire("ann", two))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("the contexts of ann would hold")
        .hasMessageContaining("allowed " + (one.bytes() + two.bytes() - 1));
    assertThat(holds.acquire("bob", two)).isSameAs(two);
    holds.release("ann", one);
    holds.release("ann", one);
    assertThat(holds.acquire("ann", two)).isSameAs(two);
    ContextAdapters context = new ContextAdapters(new AdapterHolds(Long.MAX_VALUE), "ann");
    for (int i = 0; i < ContextAdapters.ADAPTERS_MAX; i++) {
      context.hold(TestAdapters.random(model.config(), i));
    }
    context.hold(one);
    assertThatThrownBy(() -> context.hold(TestAdapters.random(model.config(), 64)))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("was computed with 64 adapters, its limit");
  }

  @Test
  void runsAreReadAsTheyWereWritten() {
    String digest = one.digest();
    String text = "3:" + digest + ",40:,41:" + two.digest();
    AdapterRuns runs = AdapterRuns.of(text);
    assertThat(runs.text()).isEqualTo(text);
    assertThat(runs.at(2)).isNull();
    assertThat(runs.at(3)).isEqualTo(digest);
    assertThat(runs.at(39)).isEqualTo(digest);
    assertThat(runs.at(40)).isNull();
    assertThat(runs.at(1000)).isEqualTo(two.digest());
    assertThat(AdapterRuns.of("").digests()).isEmpty();
    for (String wrong :
        List.of("x", "3:abc", ":" + digest, text + ",", "5:" + digest + ",5:", "1")) {
      assertThatThrownBy(() -> AdapterRuns.of(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
