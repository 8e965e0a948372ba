package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that somebody pays for to be kept in memory. */
@Timeout(120)
class FundedSnapshotsTest {
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final int[] OTHER = new Random(9).ints(200, 0, 2000).toArray();
  private static final int[] NEXT = {5};

  private static Model model;

  @TempDir private Path folder;
  private SnapshotStore store;

  @BeforeAll
  static void load() throws Exception {
    model = TestModels.demo();
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @BeforeEach
  void save() throws Exception {
    store = SnapshotStore.open(folder, StoreConfig.defaults());
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("author")) {
      Line line = new Line(process);
      line.pass(PROMPT);
      line.context.save("prompt");
    }
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  /** Room for one context of {@link #OTHER}, and a little. */
  private Engine start() {
    return Engine.start(model, EngineConfig.defaults(256), store);
  }

  private static double balance(EngineProcess process) {
    return process.account().balance();
  }

  private static int restored(EngineProcess process) throws Exception {
    try (Line line = Line.of(process.open("prompt"))) {
      return line.receiptOf(NEXT).tokensRestored();
    }
  }

  @Test
  void isInMemoryWhenItIsOpened() throws Exception {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("user")) {
      double before = balance(process);
      process.fundSnapshot("prompt", 100);
      assertThat(balance(process)).isEqualTo(before - 100);
      assertThat(process.snapshotFunds("prompt")).hasValue(100);
      // All but a partly filled page, which the keeper has made its own.
      assertThat(restored(process)).isEqualTo(PROMPT.length % 16);
      engine.check();
    }
  }

  @Test
  void isDemotedWhenOthersBidMoreAndOpensToTheSameTokens() throws Exception {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("user");
        EngineProcess rival = engine.openProcess("rival", "rival", 8)) {
      double before = balance(process);
      process.fundSnapshot("prompt", 1);
      Line line = new Line(rival);
      line.context.bid(1, 1);
      line.pass(OTHER);
      line.pass(NEXT);
      assertThat(process.snapshotFunds("prompt")).isEmpty();
      line.close();
      assertThat(balance(process) + balance(rival)).isCloseTo(2 * before, within(0.001));
      assertThat(restored(process)).isGreaterThan(0);
      engine.check();
    }
  }

  @Test
  void whatIsLeftComesBack() throws Exception {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("user")) {
      double before = balance(process);
      process.fundSnapshot("prompt", 100);
      process.fundSnapshot("prompt", 50);
      assertThat(balance(process)).isEqualTo(before - 50);
      process.renameSnapshot("prompt", "greeting");
      assertThat(process.snapshotFunds("prompt")).isEmpty();
      assertThat(balance(process)).isEqualTo(before);
      process.fundSnapshot("greeting", 10);
      process.fundSnapshot("greeting", 0);
      process.fundSnapshot("greeting", 20);
      process.deleteSnapshot("greeting");
      assertThat(balance(process)).isEqualTo(before);
      assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
      engine.check();
    }
  }

  @Test
  void refusesWhatIsNotThere() throws Exception {
    try (Engine engine = start();
        EngineProcess process = engine.openProcess("user")) {
      assertThatThrownBy(() -> process.fundSnapshot("missing", 1)).hasMessageContaining("missing");
      assertThatThrownBy(() -> process.fundSnapshot("prompt", 1e6))
          .hasMessageContaining("is more than there is");
      assertThatThrownBy(() -> process.fundSnapshot("prompt", Double.NaN))
          .hasMessageContaining("cannot be");
      assertThatThrownBy(() -> process.fundSnapshot("prompt", -1))
          .hasMessageContaining("cannot be");
      assertThat(process.snapshotFunds("prompt")).isEmpty();
      engine.check();
    }
  }
}
