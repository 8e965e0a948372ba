package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One job in five languages, and the projects that {@code bourse new} makes of them. */
class GuestLanguagesTest {
  private static final Path GUESTS = Path.of("../../examples/guests");

  /** What every guest prints, whatever it was written in. */
  private static final String PRINTED =
      """
      one of three: Paris
      freely: Paris is the capital of France.
      saved as guest-capital
      """;

  @TempDir private Path folder;

  private End run(Path inferlet) {
    return bourse(
        "run",
        inferlet.toAbsolutePath().toString(),
        "--stats",
        "none",
        "--snapshots",
        folder.resolve("snapshots").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"java", "rust", "c", "assemblyscript", "wat"})
  void allFivePrintTheSameAndSaveTheirContext(String language) {
    Path guest = GUESTS.resolve(language);
    for (int times = 0; times < 2; times++) {
      End end = run(guest);
      assertThat(end.err()).isEmpty();
      assertThat(end.out()).isEqualTo(PRINTED);
    }
    String snapshots = folder.resolve("snapshots").toString();
    assertThat(bourse("snapshots", "list", "--snapshots", snapshots).out())
        .contains("guest-capital");
  }

  @Test
  void withoutItsCapabilityAGuestIsRefusedWithTheLineToAdd() throws IOException {
    Path guest = Files.createDirectory(folder.resolve("guest"));
    Files.copy(GUESTS.resolve("wat/guest-in-wat.wasm"), guest.resolve("guest-in-wat.wasm"));
    String toml = Files.readString(GUESTS.resolve("wat/inferlet.toml"));
    Files.writeString(guest.resolve("inferlet.toml"), toml.replaceFirst("capabilities.*", ""));
    End end = run(guest);
    assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(end.err())
        .contains("give its inferlet.toml the line capabilities = [\"snapshots\"]");
  }

  /** Which tools there are is another matter than whether the project is right. */
  @ParameterizedTest
  @CsvSource({
    "c, clang-19",
    "wat, wat2wasm",
    "assemblyscript, asc",
    "rust, cargo",
    "java, java",
  })
  void aNewProjectBuildsAndRuns(String language, String tool) throws Exception {
    Path project = folder.resolve("project");
    assertThat(
            bourse("new", "my-first", "--language", language, "--dir", project.toString())
                .exitCode())
        .isEqualTo(ExitCode.OK);
    try (Stream<Path> files = Files.walk(project)) {
      assertThat(files.filter(Files::isRegularFile).map(GuestLanguagesTest::text))
          .noneMatch(text -> text.contains("guest-in-") || text.contains("guest_in_"));
    }
    assumeTrue(isInstalled(tool), () -> language + " skipped: there is no " + tool + " here");
    boolean slow = List.of("rust", "java").contains(language);
    assumeTrue(
        !slow || Boolean.getBoolean("bourse.scaffolds"),
        () -> language + " skipped: it takes minutes; -Dbourse.scaffolds=true builds it");
    Process build =
        new ProcessBuilder(project.resolve("build.sh").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("build.log").toFile())
            .start();
    assertThat(build.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(build.exitValue()).as(text(folder.resolve("build.log"))).isZero();
    assertThat(run(project).out()).isEqualTo(PRINTED);
  }

  @Test
  void aProjectInJavaFindsTheCheckoutItWasMadeBy() throws Exception {
    Path project = folder.resolve("project");
    assertThat(bourse("new", "a", "--language", "java", "--dir", project.toString()).exitCode())
        .isEqualTo(ExitCode.OK);
    String line =
        text(project.resolve("build.sh"))
            .lines()
            .filter(each -> each.startsWith("BOURSE="))
            .findFirst()
            .orElseThrow();
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", line + " && printf %s \"$BOURSE\"");
    shell.environment().remove("BOURSE");
    assertThat(shell.start().inputReader().readAllAsString())
        .isEqualTo(Path.of("../..").toRealPath().toString());
  }

  private static boolean isInstalled(String tool) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path project = folder.resolve("project");
    for (int time = 0; time < 2; time++) {
      End end = bourse("new", "a", "--language", "c", "--dir", project.toString());
      assertThat(end.exitCode()).isEqualTo(time == 0 ? ExitCode.OK : ExitCode.FAILED);
      assertThat(end.err()).contains(time == 0 ? "" : "nothing in it is overwritten");
      Files.writeString(project.resolve("guest.c"), "mine");
    }
    assertThat(project.resolve("guest.c")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bad Name", "../up", "a--b", "", "é"})
  void aNameThatIsNoneIsRefusedBeforeAnythingIsMade(String name) {
    Path project = folder.resolve("project");
    End end = bourse("new", name, "--language", "wat", "--dir", project.toString());
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err().toLowerCase(Locale.ROOT)).contains("name");
    assertThat(project).doesNotExist();
  }

  @Test
  void aLanguageThatIsNoneIsRefusedWithThoseThereAre() {
    End end = bourse("new", "a", "--language", "cobol", "--dir", folder.resolve("a").toString());
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err()).contains("cobol", "java", "assemblyscript");
  }
}
