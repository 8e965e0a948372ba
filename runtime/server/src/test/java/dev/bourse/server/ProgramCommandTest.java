package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse program}, and how {@code bourse run} finds what it added. */
class ProgramCommandTest {
  private static final String PROMPT = "What is the capital of France?";

  @TempDir private Path folder;
  private Path inferlet;
  private Path store;

  /** An inferlet of our own: the shipped one under another name. */
  @BeforeEach
  void makeInferlet() throws IOException {
    inferlet = Files.createDirectory(folder.resolve("asker"));
    store = folder.resolve("store");
    try (InputStream wasm =
        getClass().getResourceAsStream("/inferlets/text-completion/text-completion.wasm")) {
      Files.write(inferlet.resolve("asker.wasm"), Objects.requireNonNull(wasm).readAllBytes());
    }
    version("1.0.0");
  }

  private void version(String version) throws IOException {
    try (InputStream toml =
        getClass().getResourceAsStream("/inferlets/text-completion/inferlet.toml")) {
      String text = new String(Objects.requireNonNull(toml).readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(
          inferlet.resolve("inferlet.toml"),
          text.replaceFirst("name = .*", "name = \"asker\"")
              .replaceFirst("version = .*", "version = \"%s\"".formatted(version)));
    }
  }

  private End program(String command, String... arguments) {
    String[] all = new String[arguments.length + 4];
    all[0] = "program";
    all[1] = command;
    all[2] = "--programs";
    all[3] = store.toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return bourse(all);
  }

  @Test
  void aProgramIsAddedListedShownRunAndForgotten() throws IOException {
    assertThat(program("add", inferlet.toString()).out()).isEqualTo("asker@1.0.0\n");
    assertThat(program("add", inferlet.resolve("asker.wasm").toString()).out())
        .isEqualTo("asker@1.0.0 (was there already)\n");
    version("1.1.0");
    assertThat(program("add", inferlet.toString()).out()).isEqualTo("asker@1.1.0\n");

    assertThat(program("list").out().lines())
        .anyMatch(line -> line.startsWith("text-completion") && line.contains("ships"))
        .anyMatch(line -> line.matches("asker +1\\.1\\.0 +added +[0-9,]+ +Answers a prompt.*"));
    JsonNode list = JsonMapper.shared().readTree(program("list", "--json").out());
    assertThat(list.findValuesAsString("name")).contains("asker", "text-completion");

    End show = program("show", "asker@^1.0");
    assertThat(show.out())
        .startsWith("asker@1.1.0: Answers a prompt")
        .contains("sha256 ", "versions      1.1.0, 1.0.0", "--max-tokens=integer");

    for (String reference : new String[] {"asker", "asker@1.0.0", "asker@~1", "asker@latest"}) {
      End run = bourse("run", reference, "--programs", store.toString(), "--prompt", PROMPT);
      assertThat(run.out()).as(reference).isEqualTo("The capital of France is Paris.\n");
    }

    assertThat(program("rm", "asker@1.0.0").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(program("show", "asker@1.0.0").err())
        .contains("no version is 1.0.0; there are 1.1.0");
    assertThat(program("rm", "asker").err()).contains("say which version, as in asker@1.1.0");
    End both = program("rm", "nobody@1.0.0", "asker@1.1.0");
    assertThat(both.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(both.err()).contains("nobody: no such program was added");
    assertThat(program("list").out()).doesNotContain("asker");
  }

  @Test
  void aFolderIsRunAsItStands() {
    End end = bourse("run", inferlet.toString(), "--prompt", PROMPT);
    assertThat(end.out()).isEqualTo("The capital of France is Paris.\n");
  }

  @Test
  void whatCannotBeAddedIsRefusedWithTheReason() throws IOException {
    Files.write(inferlet.resolve("asker.wasm"), new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    End module = program("add", inferlet.toString());
    assertThat(module.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(module.err()).contains("asker.wasm: is not an inferlet");

    Files.writeString(inferlet.resolve("inferlet.toml"), "name = \"asker\"\n");
    End manifest = program("add", inferlet.toString());
    assertThat(manifest.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(manifest.err()).contains("inferlet.toml", "the key version is missing");

    Files.delete(inferlet.resolve("inferlet.toml"));
    assertThat(program("add", inferlet.toString()).err()).contains("there is no inferlet.toml");
    Files.delete(inferlet.resolve("asker.wasm"));
    assertThat(program("add", inferlet.toString()).err()).contains("build it first");
    assertThat(program("add", folder.resolve("none").toString()).exitCode())
        .isEqualTo(ExitCode.BAD_FILE);
    assertThat(store).doesNotExist();
  }

  @Test
  void namesThatMeanNothingAreUsageErrors() {
    for (String wrong : new String[] {"text-completion@^9", "nobody@1"}) {
      End run = bourse("run", wrong, "--programs", store.toString());
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
      assertThat(run.errLines()).hasSize(1);
    }
    assertThat(program("show", "text-completion@foo").err()).contains("'foo' is no range");
    assertThat(bourse("program").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
