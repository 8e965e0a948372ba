package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Files that go while they are needed, and threads that are interrupted: contexts get on. */
@Timeout(120)
class EngineFaultsTest {
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final int[] NEXT = new Random(8).ints(20, 0, 2000).toArray();

  private static Model model;
  private static float[] expected;

  @TempDir private Path folder;
  private SnapshotStore store;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
    try (Engine engine = Engine.start(model, EngineConfig.defaults(1024));
        EngineProcess process = engine.openProcess("alone")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      expected = logits(line);
    }
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  @Test
  void aSegmentMayBeCutWhileAContextIsOpen() throws Exception {
    savePrompt();
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("cut")) {
      Line line = Line.of(process.open("prompt"));
      Line other = Line.of(process.open("prompt"));
      Line saved = Line.of(process.open("prompt"));
      cutSegments();
      assertThat(logits(line)).isEqualTo(expected);
      saved.context.save("again");
      assertThat(logits(other)).isEqualTo(expected);
      assertThat(logits(Line.of(process.open("again")))).isEqualTo(expected);
      engine.check();
    }
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("later")) {
      assertThat(logits(Line.of(process.open("again")))).isEqualTo(expected);
      assertThat(process.usage().recomputedTokens()).isZero();
    }
  }

  /** Nothing of the context is in memory, and nothing of it can be read. */
  @Test
  void whatWasCutCanBeSavedUnderAnotherName() throws Exception {
    savePrompt();
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("cut")) {
      Context context = process.open("prompt");
      cutSegments();
      context.save("again");
      engine.check();
    }
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("later")) {
      assertThat(logits(Line.of(process.open("again")))).isEqualTo(expected);
      assertThat(process.usage().recomputedTokens()).isZero();
    }
  }

  @Test
  void theStoreMayBeDeletedWhileItIsUsed() throws Exception {
    savePrompt();
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("deleted")) {
      Line line = Line.of(process.open("prompt"));
      deleteStore();
      assertThatThrownBy(() -> line.context.save("again")).isInstanceOf(EngineException.class);
      assertThatThrownBy(() -> process.open("prompt")).isInstanceOf(EngineException.class);
      assertThatThrownBy(() -> process.take("prompt")).isInstanceOf(EngineException.class);
      assertThat(logits(line)).isEqualTo(expected);
      engine.check();
      line.close();
      assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    }
  }

  @Test
  void whereNothingCanBeSpilledPagesAreComputedAgain() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    EngineConfig config = EngineConfig.defaults(128).withSpill(file, 1 << 24);
    try (Engine engine = Engine.start(model, config, store);
        EngineProcess process = engine.openProcess("no spill")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.suspend();
      new Line(process).pass(new Random(9).ints(120, 0, 2000).toArray());
      assertThat(logits(line)).isEqualTo(expected);
      assertThat(process.usage().recomputedTokens()).isEqualTo(90);
      engine.check();
    }
  }

  /** Another thread has submitted a pass meanwhile: it is not to wait for ever. */
  @Test
  void aSaveThatIsInterruptedLeavesThePassBehindIt() throws Exception {
    try (Engine engine = start(128);
        EngineProcess holder = engine.openProcess("holder");
        EngineProcess process = engine.openProcess("saving");
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Line line = new Line(process);
      line.pass(PROMPT);
      Line fork = line.fork();
      line.context.truncateWorkingTokens(3);
      Line all = new Line(holder);
      all.reserveFor(128);
      all.context.engine().locked(() -> busy(all.context, true));
      Future<?> saving =
          executor.submit(
              () -> {
                line.context.save("name");
                return null;
              });
      awaitWaiting(engine, 1);
      CompletableFuture<ForwardResult> pass =
          line.context.forward(
              ForwardRequest.builder().input(new int[] {1}, new int[] {87}).build());
      saving.cancel(true);
      awaitWaiting(engine, 1);
      all.context.engine().locked(() -> busy(all.context, false));
      pass.get(10, TimeUnit.SECONDS);
      assertThat(logits(fork)).isEqualTo(expected);
      engine.check();
    }
  }

  private static Context busy(Context context, boolean busy) {
    if (busy) {
      context.beginRestoring();
    } else {
      context.endRestoring();
    }
    return context;
  }

  private static void awaitWaiting(Engine engine, int count) throws InterruptedException {
    while (engine.locked(engine.frames::waiting) != count) {
      Thread.sleep(1);
    }
  }

  /** One thread after the other is interrupted while it spills or restores. */
  @Test
  void interruptsHarmNobodyElse() throws Exception {
    try (Engine engine = start(16 * 12);
        var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Line line = new Line(engine.openProcess("line"));
      line.pass(PROMPT);
      for (int i = 0; i < 30; i++) {
        line.context.suspend();
        try (EngineProcess process = engine.openProcess("interrupted")) {
          Future<?> other =
              executor.submit(
                  () -> {
                    Line more = new Line(process);
                    more.pass(new Random(9).ints(150, 0, 2000).toArray());
                    more.context.suspend();
                    more.context.save("name", SaveOptions.DEFAULT.replacing());
                    return null;
                  });
          Thread.sleep(i % 10);
          other.cancel(true);
          Line fork = line.fork();
          assertThat(logits(fork)).isEqualTo(expected);
          fork.close();
        }
      }
      engine.check();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void filesDoNotStayOpen() throws Exception {
    long before = 0;
    for (int round = 0; round < 8; round++) {
      try (Engine engine = start(128);
          EngineProcess process = engine.openProcess("files")) {
        for (int i = 0; i < 10; i++) {
          Line line = new Line(process);
          line.pass(new Random(round * 100 + i).ints(90, 0, 2000).toArray());
          String name = line.context.snapshot();
          line.context.suspend();
          Line opened = Line.of(process.take(name));
          opened.pass(NEXT);
          opened.close();
          line.close();
        }
      }
      store.collect();
      if (round == 1) {
        before = openFiles(Long.MAX_VALUE);
      }
    }
    assertThat(openFiles(before)).isLessThanOrEqualTo(before);
  }

  /** Snapshots are closed by the garbage collector. */
  private static long openFiles(long enough) throws Exception {
    long count = Long.MAX_VALUE;
    for (int i = 0; (i < 50 && count > enough) || i < 3; i++) {
      System.gc();
      Thread.sleep(20);
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        count = files.count();
      }
    }
    return count;
  }

  private void savePrompt() throws Exception {
    try (Engine engine = start(1024);
        EngineProcess process = engine.openProcess("saving")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("prompt");
    }
  }

  private Engine start(int kvTokens) {
    return Engine.start(
        model, EngineConfig.defaults(kvTokens).withSpill(folder.resolve("spill"), 1 << 24), store);
  }

  private void cutSegments() throws IOException {
    for (Path file : files()) {
      if (file.toString().endsWith(".segment")) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.truncate(channel.size() / 3);
        }
      }
    }
  }

  private void deleteStore() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  /** Those in a folder before the folder. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("store"))) {
      return files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static float[] logits(Line line) throws Exception {
    return ((Slot.Logits) line.pass(NEXT, new Sampler.RawLogits()).getFirst()).logits();
  }
}
