package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Contexts under names: nothing of them is lost, and nobody else sees them. */
@Timeout(120)
class SnapshotsTest {
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final int[] NEXT = new Random(8).ints(20, 0, 2000).toArray();

  private static Model model;
  private static float[] expected;

  @TempDir private Path folder;
  private Instant now = Instant.now();
  private SnapshotStore store;

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

  @BeforeEach
  void openStore() throws Exception {
    store = SnapshotStore.open(folder.resolve("store"), config());
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private StoreConfig config() {
    return StoreConfig.defaults().withClock(() -> now);
  }

  @Test
  void opensToTheSameLogitsInAnotherEngine() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("later")) {
      Line line = Line.of(process.open("prompt"));
      assertThat(line.length()).isEqualTo(90);
      assertThat(line.context.committedPages()).isEqualTo(5);
      assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
      ForwardResult.Receipt receipt = line.receiptOf(NEXT);
      assertThat(receipt.tokensRestored()).isEqualTo(90);
      assertThat(receipt.tokensComputed()).isEqualTo(20);
      Line again = Line.of(process.open("prompt"));
      assertThat(logits(again, NEXT)).isEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void anOpenSnapshotSharesWhatIsInMemory() throws Exception {
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("both")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("prompt");
      int used = engine.pageUse().pages() - engine.pageUse().free();
      Line opened = Line.of(process.open("prompt"));
      opened.reserveFor(1);
      ForwardResult.Receipt receipt = opened.receiptOf(new int[] {NEXT[0]});
      assertThat(receipt.tokensRestored()).isZero();
      assertThat(receipt.tokensComputed()).isEqualTo(1);
      assertThat(engine.pageUse().pages() - engine.pageUse().free()).isLessThanOrEqualTo(used + 2);
      engine.check();
    }
  }

  @Test
  void aSavedContextGoesOn() throws Exception {
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("on")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("at 90");
      assertThat(logits(line, NEXT)).isEqualTo(expected);
      line.context.save("at 110");
      line.context.truncateWorkingTokens(5);
      line.context.save("at 105");
      line.context.suspend();
      line.context.save("at 105 suspended");
      assertThat(process.snapshots())
          .extracting(SnapshotInfo::tokens)
          .containsExactly(105, 105, 110, 90);
      assertThat(logits(Line.of(process.open("at 90")), NEXT)).isEqualTo(expected);
      Line shorter = Line.of(process.open("at 105"));
      Line suspended = Line.of(process.open("at 105 suspended"));
      assertThat(logits(shorter, NEXT)).isEqualTo(logits(suspended, NEXT));
      engine.check();
    }
  }

  @Test
  void aNameIsTakenOnceAndReplacedOnRequest() throws Exception {
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("names")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("name");
      assertThatThrownBy(() -> line.context.save("name"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("name");
      line.pass(NEXT);
      line.context.save("name", SaveOptions.DEFAULT.replacing());
      assertThat(process.snapshot("name").tokens()).isEqualTo(110);
      String generated = line.context.snapshot();
      process.renameSnapshot(generated, "other");
      assertThat(process.snapshots())
          .extracting(info -> info.name().name())
          .containsExactly("name", "other");
      Context taken = process.take("other");
      assertThat(taken.length()).isEqualTo(110);
      process.deleteSnapshot("name");
      assertThat(process.snapshots()).isEmpty();
      assertThatThrownBy(() -> process.open("name")).hasMessageContaining("name");
      assertThatThrownBy(() -> line.context.save("@other")).isInstanceOf(EngineException.class);
      assertThatThrownBy(() -> line.context.save("")).isInstanceOf(EngineException.class);
      engine.check();
    }
  }

  @Test
  void othersSeeWhatWasGrantedOnly() throws Exception {
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess alice = engine.openProcess("a", "alice", 8);
        EngineProcess bob = engine.openProcess("b", "bob", 8);
        EngineProcess eve = engine.openProcess("e", "eve", 8)) {
      Line line = new Line(alice);
      line.pass(PROMPT);
      line.context.save(
          "shared", new SaveOptions(false, Optional.empty(), Optional.of("notes"), Set.of("bob")));
      line.context.save("private");
      assertThat(bob.snapshots()).isEmpty();
      Line granted = Line.of(bob.open("@alice/shared"));
      assertThat(logits(granted, NEXT)).isEqualTo(expected);
      assertThat(bob.contextManifest("@alice/shared")).contains("notes");
      String nothing = message(() -> bob.open("@alice/nothing"));
      assertThat(message(() -> bob.open("@alice/private")))
          .isEqualTo(nothing.replace("nothing", "private"));
      assertThat(message(() -> eve.open("@alice/shared")))
          .isEqualTo(nothing.replace("nothing", "shared"));
      assertThatThrownBy(() -> bob.take("@alice/shared")).isInstanceOf(EngineException.class);
      // What bob computes after alice's pages is his own.
      Line own = Line.of(alice.open("shared"));
      assertThat(own.receiptOf(NEXT).tokensFromCache()).isZero();
      granted.context.save("mine");
      granted.close();
      assertThat(logits(Line.of(bob.open("mine")), NEXT)).isNotEqualTo(expected);
      engine.check();
    }
  }

  @Test
  void aSnapshotLivesAsLongAsItWasToldTo() throws Exception {
    savePrompt(
        EngineConfig.defaults(1024),
        new SaveOptions(false, Optional.of(Duration.ofHours(1)), Optional.empty(), Set.of()));
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("later")) {
      assertThat(process.open("prompt").length()).isEqualTo(90);
      now = now.plus(Duration.ofHours(2));
      assertThatThrownBy(() -> process.open("prompt")).isInstanceOf(EngineException.class);
    }
  }

  @Test
  void pagesOfAnotherSizeAreComputedFromTheTokens() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    for (int pageTokens : new int[] {8, 32}) {
      try (Engine engine = start(EngineConfig.defaults(1024).withPageTokens(pageTokens));
          EngineProcess process = engine.openProcess("other pages")) {
        Line line = Line.of(process.open("prompt"));
        ForwardResult.Receipt receipt = line.receiptOf(NEXT);
        assertThat(receipt.tokensRecomputed()).isEqualTo(90);
        assertThat(logits(Line.of(process.open("prompt")), NEXT)).isEqualTo(expected);
        engine.check();
      }
    }
  }

  @Test
  void damagedSegmentsAreComputedFromTheTokens() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    Path segment = segments().getFirst();
    byte[] original = Files.readAllBytes(segment);
    // Places inside of pages: what a header says is in the manifest as well.
    for (int at : new int[] {original.length / 4, original.length / 2, original.length - 1}) {
      byte[] damaged = original.clone();
      damaged[at] ^= 16;
      Files.delete(segment);
      Files.write(segment, damaged);
      closeStore();
      openStore();
      assertRecomputes("byte " + at);
    }
    Files.delete(segment);
    closeStore();
    openStore();
    assertRecomputes("no segment");
  }

  /** Neither in memory nor on disk: a save has the pages computed again. */
  @Test
  void aSaveBringsBackPagesThatAreLostOnDisk() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    for (Path segment : segments()) {
      Files.delete(segment);
    }
    closeStore();
    openStore();
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("lost")) {
      process.open("prompt").save("again");
      assertThat(process.usage().recomputedTokens()).isEqualTo(90);
      engine.check();
    }
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("later")) {
      assertThat(logits(Line.of(process.open("again")), NEXT)).isEqualTo(expected);
      assertThat(process.usage().recomputedTokens()).isZero();
      engine.check();
    }
  }

  private void assertRecomputes(String what) throws Exception {
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("damaged")) {
      Line line = Line.of(process.open("prompt"));
      assertThat(logits(line, NEXT)).as(what).isEqualTo(expected);
      assertThat(process.usage().recomputedTokens()).as(what).isPositive();
      engine.check();
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains("segment"))
          .toList();
    }
  }

  @Test
  void anotherModelIsNamed() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    try (Model other = TestModels.otherFile();
        Engine engine = Engine.start(other, EngineConfig.defaults(1024), store);
        EngineProcess process = engine.openProcess("other model")) {
      assertThatThrownBy(() -> process.open("prompt"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("snapshot \"prompt\" was made with another model");
    }
  }

  @Test
  void aFolderThatCannotBeOpenedStopsNobodyWhoSavesNothing() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    SnapshotSource source = () -> SnapshotStore.open(file, StoreConfig.defaults());
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1024), source);
        EngineProcess process = engine.openProcess("unnamed")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      assertThatThrownBy(() -> line.context.save("prompt"))
          .isInstanceOf(EngineException.class)
          .hasMessageStartingWith("cannot open the snapshot folder " + file);
      engine.check();
      assertThat(logits(line, NEXT)).isEqualTo(expected);
    }
  }

  @Test
  void whatCannotFitIsRefusedWithNumbers() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    try (Engine engine = start(EngineConfig.defaults(64));
        EngineProcess process = engine.openProcess("small")) {
      assertThatThrownBy(() -> process.open("prompt"))
          .hasMessage("snapshot \"prompt\" has 6 pages, the whole KV cache only 4: raise its size");
      engine.check();
    }
  }

  @Test
  void droppedPagesStayDropped() throws Exception {
    float[] before;
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("window")) {
      Line line = new Line(process);
      line.context.window(4, 40);
      line.pass(new Random(11).ints(200, 0, 2000).toArray());
      line.context.save("window");
      before = logits(line, NEXT);
    }
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("window")) {
      Line line = Line.of(process.open("window"));
      assertThat(logits(line, NEXT)).isEqualTo(before);
      engine.check();
    }
  }

  @Test
  void manySaveAndOpenAtOnce() throws Exception {
    try (Engine engine = start(EngineConfig.defaults(16 * 24));
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all =
          Stream.iterate(0, i -> i + 1)
              .limit(12)
              .<Future<?>>map(i -> executor.submit(() -> saveAndOpen(engine, i)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
      engine.check();
      assertThat(engine.pageUse().free()).isEqualTo(24);
    }
  }

  private static Void saveAndOpen(Engine engine, int number) throws Exception {
    try (EngineProcess process = engine.openProcess("p" + number)) {
      for (int i = 0; i < 5; i++) {
        Line line = new Line(process);
        line.pass(PROMPT);
        String name = line.context.snapshot();
        line.close();
        Line opened = Line.of(i % 2 == 0 ? process.open(name) : process.take(name));
        assertThat(logits(opened, NEXT)).isEqualTo(expected);
        opened.close();
      }
    }
    return null;
  }

  @Test
  void anEngineWithoutAStoreSaysSo() throws Exception {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(64));
        EngineProcess process = engine.openProcess("none")) {
      assertThatThrownBy(() -> process.newContext().save("name"))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("no snapshot store");
    }
  }

  @Test
  void keysCanBeDerivedFromTheManifestAlone() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    var snapshot = store.open(new SnapshotName("local", "prompt"));
    assertThat(new SnapshotKeys().of(snapshot.manifest()))
        .isEqualTo(snapshot.pages().stream().map(page -> page.key()).toList());
  }

  @Test
  void anImportedSnapshotIsNobodysPrefix() throws Exception {
    savePrompt(EngineConfig.defaults(1024), SaveOptions.DEFAULT);
    Path file = folder.resolve("file.zip");
    store.exportTo(new SnapshotName("local", "prompt"), file);
    store.importFrom(file, new SnapshotName("local", "imported"), new SnapshotKeys());
    try (Engine engine = start(EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("import")) {
      Line imported = Line.of(process.open("imported"));
      assertThat(logits(imported, NEXT)).isEqualTo(expected);
      assertThat(process.usage().restoredTokens()).isEqualTo(90);
      assertThat(new Line(process).receiptOf(PROMPT).tokensFromCache()).isZero();
      engine.check();
    }
  }

  private void savePrompt(EngineConfig config, SaveOptions options) throws Exception {
    try (Engine engine = start(config);
        EngineProcess process = engine.openProcess("saving")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("prompt", options);
    }
  }

  private Engine start(EngineConfig config) {
    return Engine.start(model, config, store);
  }

  private interface Failing {
    void run() throws Exception;
  }

  private static String message(Failing failing) {
    try {
      failing.run();
    } catch (Exception e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("it did not fail");
  }

  private static float[] logits(Line line, int[] tokens) throws Exception {
    return ((Slot.Logits) line.pass(tokens, new Sampler.RawLogits()).getFirst()).logits();
  }
}
