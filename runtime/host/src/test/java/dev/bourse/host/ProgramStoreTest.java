package dev.bourse.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramReference;
import dev.bourse.host.program.ProgramStore;
import dev.bourse.host.program.ProgramStore.Added;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.UnknownProgramException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs by name and version: what is kept, found, checked and forgotten. */
class ProgramStoreTest {
  private static final byte[] MODULE = "module".getBytes(UTF_8);
  private static final byte[] OTHER = "other".getBytes(UTF_8);

  @TempDir private Path temporary;
  private Path folder;
  private ProgramStore store;

  @BeforeEach
  void makeStore() {
    folder = temporary.resolve("programs");
    store = new ProgramStore(folder);
  }

  private static String toml(String name, String version) {
    return "name = \"%s\"\nversion = \"%s\"\ndescription = \"D.\"\n".formatted(name, version);
  }

  private void add(String... versions) {
    for (String version : versions) {
      store.add(toml("p", version), MODULE, false);
    }
  }

  private List<Path> files(String subfolder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(subfolder))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "p;1.10.0",
        "p@latest;1.10.0",
        "p@1.2.3;1.2.3",
        "p@^1.2;1.10.0",
        "p@~1.2;1.2.9",
        "p@1;1.10.0",
        "p@1.2;1.2.9",
        "p@>=0 <1;0.9.0",
        "p@<1.2.9 >=1;1.2.3",
        "p@^0.9;0.9.0",
        "p@*;1.10.0",
        "p@0.9.0 || 1.2.3;1.2.3",
        "p@2.0.0-rc.1;2.0.0-rc.1",
        "p@^2.0.0-rc.1;2.0.0-rc.2"
      })
  void theHighestVersionOfTheRangeIsMeant(String reference, String version) {
    add("0.9.0", "1.2.3", "1.2.9", "1.10.0", "2.0.0-rc.1", "2.0.0-rc.2");
    InferletPackage found = Programs.in(folder).resolve(reference);
    assertThat(found.name()).isEqualTo("p@" + version);
    assertThat(found.manifest().orElseThrow().version()).isEqualTo(version);
    assertThat(found.wasm()).isEqualTo(MODULE);
  }

  @Test
  void beforeTheFirstReleaseTheLatestIsTheLastBeforeIt() {
    add("1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.11");
    assertThat(Programs.in(folder).find("p").version()).isEqualTo("1.0.0-beta.11");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p@^2",
        "p@1.2.4",
        "p@2.0.0",
        "p@>1.10.0",
        "q",
        "q@1",
        "p@<0",
        "p@99999999.0.0",
        "p@^1.10.1"
      })
  void whatIsNotThereIsNamedWithWhatIs(String reference) {
    add("1.2.3", "1.10.0", "2.0.0-rc.1");
    assertThatThrownBy(() -> Programs.in(folder).resolve(reference))
        .isInstanceOf(UnknownProgramException.class)
        .hasMessageStartingWith(reference.substring(0, 1) + ": ")
        .hasMessageContaining(reference.startsWith("p") ? "2.0.0-rc.1, 1.10.0, 1.2.3" : "p");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "@1",
        "P",
        "../p",
        "p/../q",
        "/etc/passwd",
        "p.wasm",
        "p@",
        "p@ ",
        "p@foo",
        "p@1.2.3.4",
        "p@[1,2)",
        "p@||",
        "p@^99999999999999999999.1",
        "p@!",
        "p@1\u0000",
        "p@1.2.3-"
      })
  void whatIsNoReferenceIsRefused(String reference) {
    add("1.2.3");
    Programs programs = Programs.in(folder);
    assertThatThrownBy(() -> programs.resolve(reference))
        .isExactlyInstanceOf(ProgramException.class)
        .hasMessageContaining("is no ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.", "1.", "-", ">", "|", "1.2.3-a.", "~", " ", "^", "1 - ", "a-"})
  void longReferencesAreRefusedUnread(String part) {
    String reference = "p@" + part.repeat(1_000_000 / part.length());
    assertThatThrownBy(() -> ProgramReference.parse(reference))
        .isExactlyInstanceOf(ProgramException.class)
        .hasMessageContaining("has at most 200 characters")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void theSameProgramIsAddedOnceAndAnotherOnlyOnRequest() {
    String toml = toml("p", "1.0.0");
    assertThat(store.add(toml, MODULE, false)).isEqualTo(Added.NEW);
    assertThat(store.add(toml, MODULE, false)).isEqualTo(Added.SAME);
    assertThatThrownBy(() -> store.add(toml, OTHER, false))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("p@1.0.0: is there already and is another program")
        .hasMessageContaining("--replace");
    assertThat(store.load("p", "1.0.0").wasm()).isEqualTo(MODULE);
    assertThat(store.add(toml, OTHER, true)).isEqualTo(Added.REPLACED);
    assertThat(store.load("p", "1.0.0").wasm()).isEqualTo(OTHER);
    assertThatThrownBy(() -> store.add(toml("p", "1.0.0+build"), OTHER, true))
        .hasMessageContaining("is the same version as 1.0.0");
  }

  @Test
  void aVersionThatShipsCannotBeAdded() {
    InferletPackage shipped = Programs.builtIn().resolve("text-completion");
    String version = shipped.manifest().orElseThrow().version();
    assertThatThrownBy(() -> store.add(toml("text-completion", version), MODULE, true))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("ships with Bourse");
    store.add(toml("text-completion", "999.0.0"), MODULE, false);
    Programs programs = Programs.in(folder);
    assertThat(programs.resolve("text-completion").wasm()).isEqualTo(MODULE);
    assertThat(programs.resolve("text-completion@" + version).wasm()).isEqualTo(shipped.wasm());
    assertThat(programs.names()).doesNotHaveDuplicates().contains("text-completion");
  }

  @Test
  void equalContentIsKeptOnceAndWhatNobodyNeedsIsDeleted() throws Exception {
    add("1.0.0", "1.1.0");
    store.add(toml("q", "1.0.0"), OTHER, false);
    assertThat(files("blobs")).hasSize(5); // two modules, three manifests
    store.remove("p", "1.0.0");
    assertThat(files("blobs")).hasSize(4);
    store.remove("p", "1.1.0");
    assertThat(files("blobs")).hasSize(2);
    assertThat(store.names()).containsExactly("q");
    assertThatThrownBy(() -> store.remove("p", "1.1.0"))
        .isInstanceOf(UnknownProgramException.class);
    assertThat(store.load("q", "1.0.0").wasm()).isEqualTo(OTHER);
  }

  @Test
  void everyDamageIsFoundAndNamedAndRepairedByAddingAgain() throws Exception {
    String toml = toml("p", "1.0.0");
    store.add(toml, MODULE, false);
    for (Path file : files("")) {
      if (file.endsWith("lock")) {
        continue;
      }
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= 1;
        Files.write(file, bad);
        assertThatThrownBy(() -> Programs.in(folder).resolve("p"))
            .isInstanceOf(ProgramException.class)
            .hasMessageStartingWith("p@1.0.0: ");
      }
      Files.write(file, new byte[0]);
      assertThatThrownBy(() -> Programs.in(folder).resolve("p"))
          .hasMessageContaining(file.getFileName().toString())
          .hasMessageContaining("add it again");
      Files.delete(file);
      assertThatThrownBy(() -> Programs.in(folder).resolve("p@1"))
          .isInstanceOf(ProgramException.class);
      store.add(toml, MODULE, true);
      assertThat(Programs.in(folder).resolve("p").wasm()).isEqualTo(MODULE);
    }
  }

  @Test
  void whatACrashLeftHalfWrittenIsNoProgramAndIsCleanedUp() throws Exception {
    add("1.0.0");
    Path blob = Files.writeString(folder.resolve("blobs/abc123.part"), "half");
    Path orphan = Files.writeString(folder.resolve("blobs").resolve("0".repeat(64)), "no version");
    Path entry = Files.writeString(folder.resolve("names/p/2.0.0123.part"), "module ");
    assertThat(store.versions("p")).containsExactly("1.0.0");
    add("1.1.0");
    assertThat(List.of(blob, orphan, entry)).noneMatch(Files::exists);
    assertThat(store.load("p", "1.0.0").wasm()).isEqualTo(MODULE);
  }

  @Test
  void aDamagedVersionKeepsWhatItMayNeedFromBeingDeleted() throws Exception {
    add("1.0.0", "1.1.0");
    Files.writeString(folder.resolve("names/p/1.0.0"), "module ?");
    store.remove("p", "1.1.0");
    assertThat(files("blobs")).hasSize(3);
    store.remove("p", "1.0.0");
    assertThat(files("blobs")).isEmpty();
  }

  @Test
  void manyMayAddAndRemoveAtOnce() throws Exception {
    int threads = 8;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        String version = "1.0." + i;
        tasks.add(
            () -> {
              ProgramStore own = new ProgramStore(folder);
              for (int round = 0; round < 5; round++) {
                own.add(toml("p", version), MODULE, false);
                own.remove("p", version);
              }
              own.add(toml("p", version), MODULE, false);
              return true;
            });
      }
      for (Future<Boolean> done : executor.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    }
    assertThat(store.versions("p")).hasSize(threads);
    for (String version : store.versions("p")) {
      assertThat(store.load("p", version).wasm()).isEqualTo(MODULE);
    }
  }

  @Test
  void aFolderThatIsNotThereHasNoPrograms() {
    assertThat(store.names()).isEmpty();
    assertThat(Programs.in(folder).names()).contains("text-completion");
    assertThat(folder).doesNotExist();
  }

  @Test
  void aFolderThatIsNoneIsNamed() throws Exception {
    Files.writeString(folder, "no folder");
    assertThatThrownBy(() -> store.add(toml("p", "1.0.0"), MODULE, false))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("p@1.0.0: cannot be kept in " + folder);
  }
}
