package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.Model;
import dev.bourse.model.lora.LoraWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Adapters under names, and the search for one by scores. */
@Timeout(120)
class AdaptersTest {
  private static final int[] PROMPT = {5, 6, 7, 8, 9};

  private static Model model;
  private static LoraAdapter one;

  @TempDir private Path folder;
  private Adapters adapters;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
    one = TestAdapters.random(model.config(), 1);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @BeforeEach
  void start() {
    adapters = new Adapters(model.config(), 4 * one.bytes(), Optional.of(folder));
  }

  private Path file(LoraAdapter adapter) throws Exception {
    return Files.write(
        folder.resolve(adapter.digest() + ".gguf"), LoraWriter.gguf(adapter, model.config()));
  }

  private static void refused(ThrowingCallable call, String reason) {
    assertThatThrownBy(call).isInstanceOf(EngineException.class).hasMessageContaining(reason);
  }

  @Test
  void namesAreOfOneUser() throws Exception {
    Adapter mine = adapters.create("ann", "style");
    assertThat(adapters.open("ann", "style")).containsSame(mine);
    assertThat(adapters.open("bob", "style")).isEmpty();
    assertThat(mine.weights()).isEmpty();
    refused(() -> adapters.create("ann", "style"), "there is an adapter \"style\" already");
    refused(() -> adapters.create("ann", ""), "1 to 128 characters, not 0");
    refused(() -> adapters.create("ann", "x".repeat(129)), "not 129");
    mine.load(file(one));
    Adapter copy = mine.fork("copy");
    assertThat(copy.weights()).isEqualTo(mine.weights());
    refused(() -> mine.fork("style"), "already");
    mine.destroy();
    assertThat(adapters.open("ann", "style")).isEmpty();
    assertThat(adapters.open("ann", "copy")).containsSame(copy);
    refused(() -> mine.load(file(one)), "adapter \"style\" was destroyed");
    adapters.create("ann", "style");
    mine.destroy();
    assertThat(adapters.open("ann", "style")).as("another of that name").isPresent();
  }

  @Test
  void numberAndSizeAreBounded() throws Exception {
    for (int i = 0; i < Adapters.NAMES_MAX; i++) {
      adapters.create("ann", "adapter " + i);
    }
    refused(() -> adapters.create("ann", "more"), "ann has 64 adapters, the limit");
    adapters.create("bob", "more");
    Path file = file(one);
    for (int i = 0; i < 4; i++) {
      adapters.open("ann", "adapter " + i).orElseThrow().load(file);
    }
    Adapter fifth = adapters.open("ann", "adapter 4").orElseThrow();
    refused(() -> fifth.load(file), "bytes, allowed " + 4 * one.bytes());
    // To be replaced takes no more room than there is.
    adapters.open("ann", "adapter 0").orElseThrow().load(file);
    adapters.open("ann", "adapter 0").orElseThrow().destroy();
    fifth.load(file);
  }

  @Test
  void whatIsSavedIsWhatIsLoaded() throws Exception {
    Adapter adapter = adapters.create("ann", "style");
    refused(adapter::gguf, "adapter \"style\" is empty");
    refused(() -> adapter.load(folder.resolve("missing.gguf")), "no such file");
    refused(() -> adapter.load(Files.write(folder.resolve("x"), new byte[100])), "is neither");
    adapter.load(file(one));
    Path saved = Files.write(folder.resolve("saved.gguf"), adapter.gguf());
    Adapter other = adapters.create("bob", "other");
    other.load(saved);
    assertThat(other.weights().orElseThrow().digest()).isEqualTo(one.digest());
  }

  // Files.

  @Test
  void filesAreTheUsersOwnOrForAll() throws Exception {
    Path shared = Files.createDirectories(folder.resolve("shared/styles"));
    Files.move(file(one), shared.resolve("plain.gguf"));
    Adapter ann = adapters.create("ann", "a");
    Adapter bob = adapters.create("bob", "b");
    ann.load("styles/plain.gguf");
    assertThat(ann.weights().orElseThrow().digest()).isEqualTo(one.digest());
    ann.save("mine/a.gguf");
    refused(() -> bob.load("mine/a.gguf"), "no adapter file \"mine/a.gguf\", neither of bob nor");
    adapters.create("ann", "again").load("mine/a.gguf");
    // The own one comes first, and that of all stays.
    ann.save("styles/plain.gguf");
    bob.load("styles/plain.gguf");
    // A name is one name, whatever it looks like.
    Adapter odd = adapters.create("../ann", "x");
    refused(() -> odd.load("mine/a.gguf"), "no adapter file");
    odd.load("styles/plain.gguf");
    odd.save("a.gguf");
    assertThat(folder.resolve("users/u-_2e_2e_2fann/a.gguf")).isRegularFile();
  }

  @Test
  void noPathLeadsOut() throws Exception {
    Path outside = file(one);
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.createSymbolicLink(shared.resolve("link.gguf"), outside);
    Path own = Files.createDirectories(folder.resolve("users/u-ann"));
    Files.createSymbolicLink(own.resolve("out"), Files.createDirectories(folder.resolve("other")));
    Adapter ann = adapters.create("ann", "a");
    refused(() -> ann.load("link.gguf"), "\"link.gguf\" leads out of its folder");
    ann.load(outside);
    for (String path :
        List.of("../" + outside.getFileName(), outside.toString(), "", ".", "a/../../b", ".x")) {
      refused(() -> ann.load(path), "is no path of an adapter");
      refused(() -> ann.save(path), "is no path of an adapter");
    }
    refused(() -> ann.save("x".repeat(256)), "at most 255 characters");
    refused(() -> ann.load("nul\0"), "is no path");
    refused(() -> ann.save("out/a.gguf"), "leads out of its folder");
    assertThat(folder.resolve("other")).isEmptyDirectory();
    Files.createDirectories(own.resolve("folder"));
    refused(() -> ann.save("folder"), "is a folder");
  }

  @Test
  void filesAreBounded() throws Exception {
    Adapter ann = adapters.create("ann", "a");
    ann.load(file(one));
    for (int i = 0; i < 3; i++) {
      ann.save("file " + i);
    }
    refused(() -> ann.save("more"), "ann would have 4 adapter files");
    ann.save("file 0");
    Adapters nowhere = new Adapters(model.config(), 1, Optional.empty());
    refused(() -> nowhere.create("ann", "a").load("x"), "has no folder of adapters");
  }

  // The search.

  @Test
  void candidatesAreDecidedByTheirSeeds() throws Exception {
    Adapter adapter = adapters.create("ann", "search");
    adapter.search(4, 8, 10, 0.5f, 0.1f);
    LoraAdapter mean = adapter.weights().orElseThrow();
    LoraAdapter candidate = adapter.candidate(7);
    assertThat(candidate.digest()).isNotEqualTo(mean.digest());
    assertThat(adapter.candidate(7)).isSameAs(candidate);
    assertThat(adapter.candidate(-7).digest()).isNotEqualTo(candidate.digest());
    Adapter again = adapters.create("bob", "search");
    again.search(4, 8, 10, 0.5f, 0.1f);
    assertThat(again.weights().orElseThrow().digest()).isEqualTo(mean.digest());
    assertThat(again.candidate(7).digest()).isEqualTo(candidate.digest());
    again.update(new float[] {1}, new long[] {7}, 1);
    assertThat(again.candidate(7).digest()).isNotEqualTo(candidate.digest());
  }

  /** With one score the mean moves to the candidate itself. */
  @Test
  void anUpdateMovesToTheBest() throws Exception {
    Adapter adapter = adapters.create("ann", "search");
    adapter.search(2, 4, 10, 0.1f, 0.1f);
    LoraAdapter best = adapter.candidate(3);
    adapter.update(new float[] {0, 5, 4, 5}, new long[] {1, 3, 2, 4}, 1);
    LoraAdapter mean = adapter.weights().orElseThrow();
    float[] expected = best.layer(0).values().iterator().next().b();
    float[] found = mean.layer(0).values().iterator().next().b();
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], offset(1e-6f));
    }
  }

  @Test
  void scoresGetBetter() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(4096));
        EngineProcess process = engine.openProcess("search")) {
      Adapter adapter = engine.adapters().create(process.user(), "search");
      adapter.search(2, 4, 16, 0.5f, 0.05f);
      float before = score(process, adapter.weights().orElseThrow());
      for (int generation = 0; generation < 12; generation++) {
        long first = generation * 16L;
        long[] seeds = IntStream.range(0, 16).mapToLong(i -> first + i).toArray();
        float[] scores = new float[16];
        for (int i = 0; i < 16; i++) {
          scores[i] = score(process, adapter.candidate(seeds[i]));
        }
        adapter.update(scores, seeds, 0.2f);
      }
      assertThat(score(process, adapter.weights().orElseThrow())).isGreaterThan(before + 0.1f);
      assertThat(engine.locked(engine.adapterHolds::users)).isZero();
      engine.check();
    }
  }

  /** How likely a token is after a prompt. */
  private static float score(EngineProcess process, LoraAdapter adapter) throws Exception {
    try (Line line = new Line(process).with(adapter)) {
      Slot slot = line.pass(PROMPT, new Sampler.Logprob(100)).getFirst();
      return ((Slot.Logprobs) slot).values()[0];
    }
  }

  @Test
  void refusesNumbersThatCannotBe() throws Exception {
    Adapter adapter = adapters.create("ann", "search");
    refused(() -> adapter.search(0, 1, 2, 0.5f, 1), "the rank is 0, but must be from 1 to 1024");
    refused(() -> adapter.search(-1, 1, 2, 0.5f, 1), "the rank is");
    refused(() -> adapter.search(1, Float.NaN, 2, 0.5f, 1), "the alpha is NaN");
    refused(() -> adapter.search(1, 1, 0, 0.5f, 1), "the population is 0");
    refused(() -> adapter.search(1, 1, -1, 0.5f, 1), "the population is 4294967295");
    refused(() -> adapter.search(1, 1, 2, 0, 1), "the share of the best is 0.0");
    refused(() -> adapter.search(1, 1, 2, 0.5f, 0), "the sigma is 0.0");
    refused(() -> adapter.search(1024, 1, 2, 0.5f, 1), "an adapter of rank 1024 would have");
    refused(() -> adapter.candidate(1), "adapter \"search\" has no candidates");
    refused(() -> adapter.update(new float[1], new long[1], 1), "initialize a search first");
    adapter.search(1, 1, 2, 0.5f, 1);
    refused(() -> adapter.update(new float[1], new long[2], 1), "1 scores for 2 seeds");
    refused(() -> adapter.update(new float[0], new long[0], 1), "0 scores, but a generation has");
    refused(
        () -> adapter.update(new float[3], new long[3], 1),
        "3 scores, but a generation has 1 to 2");
    refused(
        () -> adapter.update(new float[] {1, Float.NaN}, new long[2], 1),
        "score 1 is NaN, not a finite number");
    refused(() -> adapter.update(new float[1], new long[1], -1), "maximum of sigma is -1.0");
  }

  @Test
  void aStepIsNeverLongerThanAllowed() throws Exception {
    Adapter adapter = adapters.create("ann", "search");
    adapter.search(1, 1, 4, 1, 0.5f);
    adapter.update(new float[] {1, 2, 3, 4}, new long[] {1, 2, 3, 4}, 0.25f);
    assertThat(adapter.state().search().orElseThrow().sigma()).isLessThanOrEqualTo(0.25f);
    assertThat(adapter.weights().orElseThrow().rankMax()).isEqualTo(1);
  }
}
