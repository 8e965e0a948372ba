package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageRange;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.PageSource;
import dev.bourse.kv.snapshot.RowMask;
import dev.bourse.kv.snapshot.SlidingWindow;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.kv.snapshot.StoredSnapshot;
import dev.bourse.model.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that others have written to be imported here may say anything. */
@Timeout(120)
class HostileImportTest {
  private static final SnapshotName HONEST = new SnapshotName("local", "honest");
  private static final SnapshotName FORGED = new SnapshotName("local", "forged");
  private static final SnapshotName IMPORTED = new SnapshotName("local", "imported");
  private static final int[] PROMPT = new Random(7).ints(90, 0, 2000).toArray();
  private static final int[] NEXT = new Random(8).ints(20, 0, 2000).toArray();
  private static final int[] HUGE = {0, 1, 89, 90, 1 << 20, Integer.MAX_VALUE};

  @TempDir private Path folder;
  private Model model;
  private SnapshotStore store;
  private Engine engine;
  private EngineProcess process;
  private float[] expected;
  private StoredSnapshot honest;

  @BeforeEach
  void save() throws Exception {
    model = TestModels.demo();
    store = SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
    engine = Engine.start(model, EngineConfig.defaults(1024), store);
    process = engine.openProcess("victim");
    Line line = new Line(process);
    line.pass(PROMPT);
    line.context.save(HONEST.name());
    expected = logits(line);
    line.close();
    honest = store.open(HONEST);
  }

  @AfterEach
  void nobodyElseNotices() throws Exception {
    Line line = Line.of(process.open(HONEST.name()));
    assertThat(logits(line)).isEqualTo(expected);
    line.close();
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    process.close();
    engine.close();
    store.close();
    model.close();
  }

  @Test
  void aTokenBeyondTheVocabularyIsRefused() throws Exception {
    for (int token : new int[] {model.config().vocabularySize(), Integer.MAX_VALUE}) {
      Forgery forgery = new Forgery();
      forgery.tokens[17] = token;
      assertNotOfThisModel(
          forgery,
          "token %d, in slot 17, is beyond %d tokens of vocabulary"
              .formatted(token, model.config().vocabularySize()));
    }
  }

  @Test
  void aPositionBeyondTheContextIsRefused() throws Exception {
    for (int position : new int[] {model.config().contextLength(), Integer.MAX_VALUE}) {
      Forgery forgery = new Forgery();
      forgery.positions[89] = position;
      assertNotOfThisModel(
          forgery,
          "position %d, in slot 89, is beyond %d positions"
              .formatted(position, model.config().contextLength()));
    }
  }

  @Test
  void aMaskBeyondItsSlotIsRefused() throws Exception {
    int max = Integer.MAX_VALUE;
    for (int[] runs : new int[][] {{0, 9}, {9}, {max}, {max, max}, {1, max, max, max}}) {
      Forgery forgery = new Forgery();
      forgery.masks = List.of(new RowMask(7, runs));
      assertNotOfThisModel(
          forgery,
          "a mask of %d entries in %d runs, in slot 7, is beyond the slots up to its own"
              .formatted(Arrays.stream(runs).asLongStream().sum(), runs.length));
    }
  }

  @Test
  void aMaskOfMoreRunsThanSlotsIsRefused() throws Exception {
    Forgery forgery = new Forgery();
    forgery.masks = List.of(new RowMask(7, new int[1 << 20]));
    assertNotOfThisModel(
        forgery,
        "a mask of 0 entries in 1048576 runs, in slot 7, is beyond the slots up to its own");
  }

  @Test
  void aDroppedPageThatIsPartlyFilledIsRefused() throws Exception {
    Forgery forgery = new Forgery();
    forgery.dropped = List.of(new PageRange(4, 2));
    assertNotOfThisModel(forgery, "a dropped page, in slot 89, is beyond 5 full pages");
  }

  @Test
  void reservedPagesThatDoNotFitAreRefused() throws Exception {
    Forgery forgery = new Forgery();
    forgery.reservedPages = Integer.MAX_VALUE;
    importForged(forgery);
    assertThatThrownBy(() -> process.open(IMPORTED.name()))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("snapshot \"imported\" has 2147483653 pages");
  }

  private void assertNotOfThisModel(Forgery forgery, String why) throws Exception {
    importForged(forgery);
    assertThatThrownBy(() -> process.open(IMPORTED.name()))
        .isInstanceOf(EngineException.class)
        .hasMessage("snapshot \"imported\" is not one of this model: " + why);
    assertThatThrownBy(() -> process.take(IMPORTED.name())).isInstanceOf(EngineException.class);
  }

  /** Whatever the fields say: it opens and goes on, or there is an error with a name. */
  @Test
  void anyManifestOpensOrIsRefused() throws Exception {
    Random random = new Random(11);
    int opened = 0;
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      try {
        importForged(new Forgery(random));
      } catch (IllegalArgumentException e) {
        continue; // The fields contradict each other: no store writes that, and none reads it.
      }
      try {
        Line line = Line.of(process.open(IMPORTED.name()));
        try {
          line.pass(NEXT);
          opened++;
        } finally {
          line.close();
        }
      } catch (EngineException e) {
        refused++;
      }
      engine.check();
    }
    assertThat(opened).isPositive();
    assertThat(refused).isPositive();
  }

  private void importForged(Forgery forgery) throws Exception {
    Path file = folder.resolve("forged.zip");
    Files.deleteIfExists(file);
    store.save(FORGED, forgery.manifest(), forgery.pages(), true);
    store.exportTo(FORGED, file);
    store.importFrom(file, IMPORTED, new SnapshotKeys(), true);
  }

  private static float[] logits(Line line) throws Exception {
    return ((Slot.Logits) line.pass(NEXT, new Sampler.RawLogits()).getFirst()).logits();
  }

  /** The honest snapshot, and what is made of it. */
  private final class Forgery {
    private final SnapshotManifest saved = honest.manifest();
    private int[] tokens = saved.tokens().clone();
    private int[] positions = saved.positions().clone();
    private List<RowMask> masks = saved.masks();
    private int committedPages = saved.committedPages();
    private int reservedPages = saved.reservedPages();
    private List<PageRange> dropped = saved.dropped();
    private Optional<SlidingWindow> window = saved.window();
    private final Fingerprint fingerprint = saved.fingerprint();

    Forgery() {}

    /** One to three fields with anything in them. */
    Forgery(Random random) {
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        switch (random.nextInt(8)) {
          case 0 -> tokens[random.nextInt(tokens.length)] = any(random);
          case 1 -> positions[random.nextInt(positions.length)] = any(random);
          case 2 -> masks = masks(random);
          case 3 -> committedPages = random.nextInt(6);
          case 4 -> reservedPages = any(random);
          case 5 -> dropped = dropped(random);
          case 6 -> window = Optional.of(new SlidingWindow(any(random), 1 + any(random) / 2));
          default -> shorten(random.nextInt(tokens.length + 1));
        }
      }
    }

    private static int any(Random random) {
      return HUGE[random.nextInt(HUGE.length)];
    }

    private List<RowMask> masks(Random random) {
      List<RowMask> all = new ArrayList<>();
      for (int slot = 0; slot < tokens.length; slot++) {
        if (random.nextInt(10) == 0) {
          boolean wild = random.nextInt(100) == 0;
          int bound = wild ? Integer.MAX_VALUE : 1 + slot / 2;
          all.add(new RowMask(slot, random.ints(random.nextInt(4), 0, bound).toArray()));
        }
      }
      return all;
    }

    private static List<PageRange> dropped(Random random) {
      int first = random.nextInt(6);
      return List.of(new PageRange(first, 1 + random.nextInt(6 - first)));
    }

    private void shorten(int length) {
      tokens = Arrays.copyOf(tokens, Math.min(length, tokens.length));
      positions = Arrays.copyOf(positions, tokens.length);
      committedPages = Math.min(committedPages, tokens.length / 16);
      masks = masks.stream().filter(mask -> mask.slot() < tokens.length).toList();
    }

    SnapshotManifest manifest() {
      int pages = fingerprint.layout().pagesFor(tokens.length);
      return new SnapshotManifest(
          saved.created(),
          saved.expires(),
          fingerprint,
          tokens,
          positions,
          masks,
          committedPages,
          reservedPages,
          pages == 0 ? List.of() : List.of(new LineageRun("anybody's", pages)),
          dropped,
          window,
          saved.contextManifest(),
          saved.grants());
    }

    List<PageSource> pages() {
      BitSet gone = new BitSet();
      dropped.forEach(range -> gone.set(range.first(), range.end()));
      KvLayout layout = fingerprint.layout();
      List<PageSource> sources = new ArrayList<>();
      for (int page = 0; page < layout.pagesFor(tokens.length); page++) {
        if (!gone.get(page)) {
          StoredPage stored = honest.pages().get(page);
          sources.add(new PageSource(stored.key(), stored, null));
        }
      }
      return sources;
    }
  }
}
