package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.demo.DemoModel;
import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.PageRange;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.PageSource;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.gguf.GgufFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a user sees of snapshots. */
class SnapshotsCommandTest {
  /** 8 tokens and 4 KiB a page. */
  private static final KvLayout LAYOUT = new KvLayout(4, 2, 8, 8);

  private final Instant now = Instant.now();

  @TempDir private Path temporary;
  private Path folder = Path.of("");

  @BeforeEach
  void folder() {
    folder = temporary.resolve("snapshots");
  }

  private End snapshots(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("snapshots", command));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--snapshots", folder.toString()));
    return bourse(all.toArray(String[]::new));
  }

  private static String digestOfDemo() {
    try (GgufFile file = GgufFile.of(DemoModel.NAME, DemoModel::bytes)) {
      return file.digest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SnapshotManifest manifest(int tokens, Duration age) {
    int[] slots = IntStream.range(0, tokens).toArray();
    return new SnapshotManifest(
        now.minus(age),
        Optional.empty(),
        new Fingerprint("a model", "0123456789abcdef0123", "t", "c", "", "f32", LAYOUT),
        slots,
        slots,
        List.of(),
        tokens / LAYOUT.pageTokens(),
        0,
        List.of(new LineageRun("local", LAYOUT.pagesFor(tokens))),
        List.of(),
        Optional.empty(),
        Set.of());
  }

  /** Snapshots of equal {@code contents} have their first pages in common. */
  private void save(String user, String name, SnapshotManifest manifest, long contents)
      throws IOException {
    try (SnapshotStore store = SnapshotStore.open(folder, StoreConfig.defaults());
        Arena arena = Arena.ofShared()) {
      List<PageSource> pages = new ArrayList<>();
      for (int i = 0; i < manifest.storedPages(); i++) {
        MemorySegment page = arena.allocate(LAYOUT.pageBytes());
        page.fill((byte) (i + contents));
        pages.add(new PageSource(new PageKey(contents, i, 0, 0), null, page));
      }
      store.save(new SnapshotName(user, name), manifest, pages, false);
    }
  }

  private void save(String user, String name, int tokens, long contents) throws IOException {
    save(user, name, manifest(tokens, Duration.ofMinutes(5)), contents);
  }

  private List<String> names(String... options) {
    JsonNode list = JsonMapper.shared().readTree(snapshots("list", withJson(options)).out());
    return list.valueStream().map(entry -> entry.required("name").stringValue()).toList();
  }

  private static String[] withJson(String... options) {
    return Stream.concat(Stream.of("--json"), Stream.of(options)).toArray(String[]::new);
  }

  @Test
  void aFolderThatIsNotThereHasNoSnapshotsAndIsNotMade() {
    End end = snapshots("list");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).isEmpty();
    assertThat(end.errLines()).hasSize(1);
    assertThat(end.err()).contains("there are no snapshots", folder.toString());
    assertThat(snapshots("list", "--json").out()).isEqualTo("[]\n");
    assertThat(snapshots("show", "plan").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(folder).doesNotExist();
  }

  @Test
  void listIsAnAlignedTable() throws IOException {
    save("local", "plan", 20, 1);
    save("local", "answers to everything", manifest(1000, Duration.ofDays(3)), 2);
    save("local", "plan, shorter", 16, 1);
    save("ann", "hers", 1, 3);
    End end = snapshots("list");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.err()).isEmpty();
    // The sizes are those of the pages, and a little for the rest.
    assertThat(end.out())
        .matches(
            """
            name                     age  tokens       size   shared  model
            answers to everything    3 d   1,000  5\\d\\d\\.\\d KiB      0 B  a model
            plan                   5 min      20   1\\d\\.\\d KiB  8\\.0 KiB  a model
            plan, shorter          5 min      16    [89]\\.\\d KiB  8\\.0 KiB  a model
            """);
  }

  @Test
  void listOfOtherUsersAndOfAll() throws IOException {
    save("local", "plan", 8, 1);
    save("ann", "hers", 8, 2);
    assertThat(names("--user", "ann")).containsExactly("hers");
    assertThat(names("--all-users")).containsExactly("hers", "plan");
    assertThat(snapshots("list", "--all-users").outLines().getFirst()).startsWith("user   name");
    End nobody = snapshots("list", "--user", "nobody");
    assertThat(nobody.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(nobody.err()).contains("the user nobody has no snapshots in " + folder);
  }

  @Test
  void listTellsWhatEnds() throws IOException {
    SnapshotManifest m = manifest(8, Duration.ofMinutes(5));
    save(
        "local",
        "short-lived",
        new SnapshotManifest(
            m.created(),
            Optional.of(now.plus(Duration.ofMinutes(299))),
            m.fingerprint(),
            m.tokens(),
            m.positions(),
            m.masks(),
            m.committedPages(),
            m.reservedPages(),
            m.lineages(),
            m.dropped(),
            m.contextManifest(),
            Set.of("bob", "ann")),
        1);
    End end = snapshots("list");
    assertThat(end.outLines().getFirst()).endsWith("model    expires  granted to");
    assertThat(end.outLines().getLast()).endsWith("a model  in 4 h   ann, bob");
    JsonNode entry = JsonMapper.shared().readTree(snapshots("list", "--json").out()).get(0);
    assertThat(entry.required("user").stringValue()).isEqualTo("local");
    assertThat(entry.required("tokens").intValue()).isEqualTo(8);
    assertThat(entry.required("bytes").intValue()).isBetween((int) LAYOUT.pageBytes(), 8192);
    assertThat(entry.required("sharedBytes").intValue()).isZero();
    assertThat(entry.required("grants").size()).isEqualTo(2);
    assertThat(Instant.parse(entry.required("expires").stringValue())).isAfter(now);
    assertThat(entry.required("problem").isNull()).isTrue();
  }

  @Test
  void showTellsEverything() throws IOException {
    save("local", "plan", 20, 1);
    save("ann", "shares", 16, 1);
    SnapshotManifest m = manifest(20, Duration.ofMinutes(5));
    save(
        "local",
        "windowed",
        new SnapshotManifest(
            m.created(),
            Optional.empty(),
            m.fingerprint(),
            m.tokens(),
            m.positions(),
            m.masks(),
            1,
            3,
            m.lineages(),
            List.of(new PageRange(1, 1)),
            Optional.of("{\n  \"segments\": []\n}"),
            Set.of("bob")),
        7);
    End plan = snapshots("show", "plan");
    assertThat(plan.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(plan.err()).isEmpty();
    assertThat(plan.outLines())
        .contains(
            "name             plan",
            "user             local",
            "expires          never",
            "granted to       nobody",
            "model            a model",
            "                 digest 0123456789abcdef…",
            "pages of         8 tokens, 4.0 KiB: f32, 4 layers, 2 of 8 numbers each",
            "tokens           20, at positions 0 to 19",
            "pages            3, the first 2 committed; 0 more reserved",
            "shares with      @ann/shares: 2 pages, 8.0 KiB",
            "token ids        0 1 2 3 4 5 6 7 8 9 10 11 … (--json shows all)");
    assertThat(plan.out()).containsPattern("size +1\\d\\.\\d KiB on disk, 8\\.0 KiB of it shared");
    assertThat(snapshots("show", "windowed").outLines())
        .contains(
            "granted to       bob",
            "dropped          pages 1: no token looks at them",
            "pages            3, the first 1 committed; 3 more reserved",
            "manifest         {",
            "                   \"segments\": []");
    assertThat(snapshots("show", "@ann/shares").out()).contains("shares with      @local/plan");
  }

  @Test
  void showAsJsonHasEveryToken() throws IOException {
    save("local", "plan", 20, 1);
    JsonNode json =
        JsonMapper.shared().readTree(snapshots("show", "plan", "--json", "--verify").out());
    assertThat(json.required("snapshot").required("name").stringValue()).isEqualTo("plan");
    JsonNode manifest = json.required("manifest");
    assertThat(manifest.required("tokens").size()).isEqualTo(20);
    assertThat(manifest.required("fingerprint").required("layout").required("layers").intValue())
        .isEqualTo(4);
    assertThat(json.required("verification").required("pages").intValue()).isEqualTo(3);
    assertThat(json.required("verification").required("damaged").isEmpty()).isTrue();
  }

  @Test
  void theTextIsShownIfTheModelIsAtHand() throws IOException {
    SnapshotManifest m = manifest(8, Duration.ofMinutes(5));
    int[] hello = {896, 44, 1056};
    save(
        "local",
        "hello",
        new SnapshotManifest(
            m.created(),
            Optional.empty(),
            new Fingerprint("Pocket Chat 5M", digestOfDemo(), "t", "c", "", "f32", LAYOUT),
            hello,
            new int[] {0, 1, 2},
            List.of(),
            0,
            0,
            List.of(new LineageRun("local", 1)),
            List.of(),
            Optional.empty(),
            Set.of()),
        1);
    assertThat(snapshots("show", "hello").out()).contains("text             Hello, world");
    save("local", "strange", 8, 2);
    assertThat(snapshots("show", "strange").out()).contains("token ids        0 1 2 3 4 5 6 7\n");
    End wrong = snapshots("show", "strange", "-m", "demo");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(wrong.err()).contains("demo is not the model of this snapshot, a model");
  }

  @Test
  void verifyFindsAFlippedBit() throws IOException {
    save("local", "plan", 800, 1);
    End whole = snapshots("show", "plan", "--verify");
    assertThat(whole.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(whole.out()).contains("100 pages, 400.0 KiB in").contains("as they were saved");
    Path segment = largestFile();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 4;
    Files.write(segment, bytes);
    End damaged = snapshots("show", "plan", "--verify");
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(damaged.out()).contains("1 damaged", "page 49: ", nameOf(segment));
  }

  private static String nameOf(Path segment) {
    return segment.getFileName().toString().replace(".segment", "");
  }

  private Path largestFile() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }

  @Test
  void rmDeletesWhatItCanAndNamesTheOthers() throws IOException {
    for (String name : List.of("plan", "plant", "answers", "notes")) {
      save("local", name, 8, name.hashCode());
    }
    assertThat(snapshots("rm", "notes").err()).isEmpty();
    End end = snapshots("rm", "plann", "answers", "nothing like it");
    assertThat(end.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(end.errLines()).hasSize(2);
    assertThat(end.errLines().getFirst()).contains("plann").endsWith("did you mean plan or plant?");
    assertThat(end.errLines().getLast())
        .contains("nothing like it")
        .endsWith("there are plan, plant");
    assertThat(names()).containsExactly("plan", "plant");
    assertThat(snapshots("rm", "plan", "plant").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(snapshots("rm", "plan").err()).contains("there are no snapshots at all");
  }

  @Test
  void renameNeedsAFreeName() throws IOException {
    save("local", "a", 8, 1);
    save("local", "b", 8, 2);
    assertThat(snapshots("rename", "a", "b").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(snapshots("rename", "a", "c").err()).isEmpty();
    assertThat(names()).containsExactly("b", "c");
    assertThat(snapshots("rename", "a", "d").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(snapshots("rename", "b", "a\nb").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void grantsAreGivenAndTakenBack() throws IOException {
    save("local", "plan", 8, 1);
    assertThat(snapshots("grant", "plan", "ann", "bob").err()).isEmpty();
    assertThat(snapshots("show", "plan").out()).contains("granted to       ann, bob");
    assertThat(snapshots("revoke", "plan", "ann").err()).isEmpty();
    assertThat(snapshots("show", "plan").out()).contains("granted to       bob");
    End twice = snapshots("revoke", "plan", "ann");
    assertThat(twice.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(twice.err()).contains("not granted to 'ann'", "granted to bob");
    assertThat(snapshots("grant", "plan", "a/b").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void gcDeletesWhatNobodyNeeds() throws IOException {
    save("local", "plan", 800, 1);
    save("local", "other", 8, 2);
    snapshots("rm", "plan");
    long before = largestFile().toFile().length();
    End end = snapshots("gc");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).matches("4\\d\\d\\.\\d KiB freed: 0 expired names, .*\n");
    assertThat(largestFile().toFile().length()).isLessThan(before);
    assertThat(snapshots("show", "other", "--verify").exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void exportWritesAWholeFileOrNone() throws IOException {
    save("local", "plan", 800, 1);
    Path file = temporary.resolve("plan.bourse");
    End end = snapshots("export", "plan", file.toString());
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.err()).contains("wrote " + file);
    byte[] exported = Files.readAllBytes(file);
    End again = snapshots("export", "plan", file.toString());
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains(file.toString(), "--force");
    Files.writeString(file, "old");
    assertThat(snapshots("export", "plan", file.toString(), "--force").exitCode()).isZero();
    assertThat(Files.size(file)).isEqualTo(exported.length);

    Path segment = largestFile();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 2] ^= 4;
    Files.write(segment, bytes);
    Path half = temporary.resolve("half");
    End damaged = snapshots("export", "plan", half.toString());
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    try (Stream<Path> files = Files.list(temporary)) {
      assertThat(files).containsExactlyInAnyOrder(file, folder);
    }
  }

  @Test
  void anExportedSnapshotCanBeImportedElsewhere() throws IOException {
    save("local", "plan", 20, 1);
    String file = temporary.resolve("plan.bourse").toString();
    snapshots("export", "plan", file);
    Path here = folder;
    folder = temporary.resolve("elsewhere");
    End end = snapshots("import", file);
    assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.OK);
    assertThat(end.err()).contains("imported plan: 20 tokens");
    End shown = snapshots("show", "plan", "--verify");
    assertThat(shown.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(shown.outLines())
        .contains("tokens           20, at positions 0 to 19")
        .anyMatch(line -> line.matches("lineage          import:[0-9a-f]{64}, 3 pages"));
    assertThat(tokens("plan")).isEqualTo(tokensIn(here, "plan"));

    End again = snapshots("import", file);
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains("@local/plan already", "--force", "--as");
    assertThat(snapshots("import", file, "--as", "b", "--user", "ann").err())
        .contains("imported b");
    assertThat(names("--all-users")).containsExactly("b", "plan");
  }

  private JsonNode tokens(String name) {
    JsonNode shown = JsonMapper.shared().readTree(snapshots("show", name, "--json").out());
    return shown.required("manifest").required("tokens");
  }

  private JsonNode tokensIn(Path other, String name) {
    Path here = folder;
    folder = other;
    JsonNode tokens = tokens(name);
    folder = here;
    return tokens;
  }

  @Test
  void importReplacesOnlyByForceAndOnlyByAWholeSnapshot() throws IOException {
    save("local", "plan", 20, 1);
    Path file = temporary.resolve("plan.bourse");
    snapshots("export", "plan", file.toString());
    snapshots("rm", "plan");
    save("local", "plan", 8, 2);
    byte[] bytes = Files.readAllBytes(file);
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 4;
    Files.write(file, flipped);
    End damaged = snapshots("import", file.toString(), "--force");
    assertThat(damaged.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(damaged.err()).contains(file.toString());
    assertThat(names()).containsExactly("plan");
    assertThat(tokens("plan").size()).isEqualTo(8);
    Files.write(file, bytes);
    assertThat(snapshots("import", file.toString(), "--force").exitCode()).isZero();
    assertThat(names()).containsExactly("plan");
    assertThat(tokens("plan").size()).isEqualTo(20);
  }

  @Test
  void onlyWhatExportWroteIsImported() throws IOException {
    Path other = temporary.resolve("other.txt");
    Files.writeString(other, "something else");
    for (String file : List.of(other.toString(), folder + ".none", temporary.toString())) {
      End end = snapshots("import", file);
      assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.BAD_FILE);
      assertThat(end.err()).contains(file);
      assertThat(end.errLines()).hasSize(1);
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void exportNeedsAPlaceToWriteTo() throws IOException {
    save("local", "plan", 8, 1);
    assertThat(snapshots("export", "plan", temporary.toString()).err()).contains("is a folder");
    String nowhere = temporary.resolve("none/plan").toString();
    End end = snapshots("export", "plan", nowhere);
    assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(end.err()).contains(nowhere, "there is no folder " + temporary.resolve("none"));
  }

  @Test
  void aFolderThatIsAFileIsNamed() throws IOException {
    Files.writeString(folder, "not a folder");
    for (String command : List.of("list", "gc")) {
      End end = snapshots(command);
      assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
      assertThat(end.err()).contains(folder + ": is no folder");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"list", "show", "rm", "export", "import", "rename", "grant", "revoke", "gc"})
  void everyCommandHasHelp(String command) {
    End end = bourse("snapshots", command, "--help");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).startsWith("Usage: bourse snapshots " + command);
  }

  @Test
  void aWrongCommandLineIsAUsageError() {
    for (End end :
        List.of(
            bourse("snapshots"),
            bourse("snapshots", "lst"),
            snapshots("list", "--user", ""),
            snapshots("list", "--user", "a/b"),
            bourse("snapshots", "list", "--snapshots", ""),
            snapshots("show"),
            snapshots("show", ""),
            snapshots("show", "x".repeat(129)),
            snapshots("rm"),
            snapshots("export", "plan"),
            snapshots("grant", "plan"))) {
      assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.USAGE);
      assertThat(end.errLines()).hasSize(1);
      assertThat(end.err()).startsWith("bourse: ").doesNotContain("dev.bourse", "Exception");
    }
  }
}
