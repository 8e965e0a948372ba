package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Files to and from an inferlet. */
class FileOptionsTest {
  @TempDir private Path folder;

  private static FileOptions options(String... arguments) {
    FileOptions options = new FileOptions();
    CommandLine.populateCommand(options, arguments);
    options.load(Limits.DEFAULT.with(Limit.MESSAGE_BYTES, 10));
    return options;
  }

  @Test
  void filesThatComeAreKeptAndNoneIsOverwritten() {
    byte[] file = "text".getBytes(StandardCharsets.UTF_8);
    FileOptions options = options("--output-dir", folder.toString());
    assertThat(options.receive(file)).isEqualTo("wrote %s/file-1, 4 bytes".formatted(folder));
    assertThat(options.receive(file)).isEqualTo("wrote %s/file-2, 4 bytes".formatted(folder));
    assertThat(options("--output-dir", folder.toString()).receive(new byte[0]))
        .isEqualTo("wrote %s/file-3, 0 bytes".formatted(folder));
    assertThat(folder.resolve("file-1")).hasContent("text");
  }

  @Test
  void withoutAFolderItIsSaidHowToKeepThem() {
    assertThat(options().receive(new byte[7]))
        .isEqualTo(
            "dropped a file of 7 bytes that the inferlet sent; --output-dir FOLDER keeps them");
  }

  @Test
  void filesAreSentInOrder() throws Exception {
    Path first = Files.writeString(folder.resolve("a"), "one");
    Path second = Files.writeString(folder.resolve("b"), "two");
    assertThat(
            options("--send-file", first.toString(), "--send-file", second.toString()).contents())
        .containsExactly(
            "one".getBytes(StandardCharsets.UTF_8), "two".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatCannotBeSentIsRefusedBeforeAnythingIsLoaded() throws Exception {
    Path big = Files.writeString(folder.resolve("big"), "x".repeat(11));
    assertThatThrownBy(() -> options("--send-file", big.toString()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("more than the 10 bytes that can wait for an inferlet");
    assertThat(bourse("run", "text-completion", "--prompt", "x", "--send-file", "/no/such").err())
        .isEqualTo("bourse: /no/such: no such file\n");
    assertThat(
            bourse("run", "text-completion", "--prompt", "x", "--output-dir", big.toString()).err())
        .isEqualTo("bourse: %s: is no folder; --output-dir needs one\n".formatted(big));
  }
}
