package dev.bourse.server.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bourse.server.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A file that is not whole has no name that anybody would take for it, and does not stay. */
class HalfFileTest {
  @TempDir private Path folder;

  /** Begins a file, says so, and waits to be interrupted. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      try (HalfFile half = HalfFile.beside(Path.of(args[0]))) {
        Files.writeString(half.path(), "half");
        System.out.println(half.path());
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }

  @Test
  void aWholeFileReplacesTheOldOne() throws IOException {
    Path target = folder.resolve("file");
    Files.writeString(target, "old");
    try (HalfFile half = HalfFile.beside(target)) {
      assertThat(half.size()).isZero();
      Files.writeString(half.path(), "new");
      assertThat(half.size()).isEqualTo(3);
      assertThat(target).hasContent("old");
      half.complete();
    }
    assertThat(target).hasContent("new");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void aFailureLeavesTheOldOne() throws IOException {
    Path target = folder.resolve("file");
    Files.writeString(target, "old");
    try (HalfFile half = HalfFile.beside(target)) {
      Files.writeString(half.path(), "new");
    }
    assertThat(target).hasContent("old");
    assertThat(files()).containsExactly(target);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no SIGINT to send")
  void ctrlCLeavesNothing() throws IOException, InterruptedException {
    assumeThat(isInterruptIgnored())
        .as("this build ignores SIGINT, as what runs in the background does, and so would a child")
        .isFalse();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.resolve("file").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.inputReader()) {
      assertThat(Path.of(out.readLine())).hasContent("half");
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(files()).isEmpty();
  }

  /** Where nobody says, it is not. */
  private static boolean isInterruptIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return false;
    }
    long sigint = 1 << 1;
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & sigint) != 0);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
