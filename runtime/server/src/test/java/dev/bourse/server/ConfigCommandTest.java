package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.MarketSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code bourse config}, and what a configuration does to other commands. */
class ConfigCommandTest {
  private static final String PROMPT = "What is the capital of France?";

  @TempDir private Path folder = Path.of("");

  @Test
  void initWritesAFileThatCheckFindsFineAndDoesNotWriteItAgain() throws IOException {
    String file = folder.resolve("new/bourse.toml").toString();
    End init = bourse("config", "init", "--config", file);
    assertThat(init.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(init.err()).isEqualTo("bourse: wrote " + file + "\n");
    String written = Files.readString(Path.of(file));
    assertThat(bourse("config", "init", "--stdout").out()).isEqualTo(written);
    assertThat(bourse("config", "check", "--config", file).out())
        .isEqualTo(file + ": fine, 0 keys set\n");
    Files.writeString(Path.of(file), "[market]\npolicy = 'fcfs'\n");
    End again = bourse("config", "init", "--config", file);
    assertThat(again.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(again.err()).contains(file, "is there already");
    assertThat(Path.of(file)).hasContent("[market]\npolicy = 'fcfs'\n");
    assertThat(bourse("config", "check", "--config", file).out())
        .isEqualTo(file + ": fine, 1 key set\n");
    assertThat(bourse("config", "show", "--config", file).out())
        .startsWith("# " + file + "\n[market]\npolicy = \"fcfs\"\nstep-target-ms = 100  # default");
  }

  @Test
  void withoutAFileEverythingIsAsItIsByDefault() {
    assertThat(bourse("config", "show").out()).startsWith("# no file: all defaults\n[market]\n");
    assertThat(bourse("config", "check").out()).endsWith("everything is as it is by default\n");
    assertThat(bourse("config").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void everyProblemIsALineThatNamesTheFile() throws IOException {
    Path file = file("[market]\nlane-share = 1\noutbit = 4\n");
    for (String[] command :
        new String[][] {
          {"config", "check"}, {"config", "show"}, {"run", "text-completion", "--prompt", PROMPT}
        }) {
      String[] arguments = Arrays.copyOf(command, command.length + 2);
      arguments[command.length] = "--config";
      arguments[command.length + 1] = file.toString();
      End end = bourse(arguments);
      assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
      assertThat(end.out()).isEmpty();
      assertThat(end.errLines())
          .containsExactly(
              "bourse: %s: market.outbit is 4, and there is no such key; did you mean outbid?"
                  .formatted(file),
              "bourse: %s: market.lane-share is 1, and must be a whole number from 2 to 1048576"
                  .formatted(file));
    }
  }

  @Test
  void filesThatCannotBeReadAreNamed() throws IOException {
    Path missing = folder.resolve("missing.toml");
    assertThat(bourse("config", "check", "--config", missing.toString()).err())
        .contains(missing + ": no such file; bourse config init --config " + missing);
    assertThat(bourse("config", "check", "--config", folder.toString()).err())
        .contains(folder + ": is a folder");
    Path binary = Files.write(folder.resolve("binary.toml"), new byte[] {(byte) 0xff});
    End end = bourse("config", "check", "--config", binary.toString());
    assertThat(end.err()).contains(binary + ": is not in UTF-8");
    assertThat(end.exitCode()).isEqualTo(ExitCode.BAD_FILE);
  }

  @Test
  void theCommandLineComesBeforeTheFile() throws IOException {
    Path file = file("[market]\npolicy = 'vtc'\noutbid = 5\n");
    String[] arguments = {"--config", file.toString()};
    MarketSettings market = CommandLine.populateCommand(new EngineOptions(), arguments).market();
    assertThat(market.policy()).isEqualTo("vtc");
    assertThat(market.rules().leases().outbid()).isEqualTo(5);
    String[] more = {"--config", file.toString(), "--policy", "dlpm"};
    assertThat(CommandLine.populateCommand(new EngineOptions(), more).market())
        .isEqualTo(market.withPolicy("dlpm"));
    assertThat(CommandLine.populateCommand(new EngineOptions()).market())
        .isEqualTo(MarketSettings.DEFAULT);
  }

  @Test
  void whoHasNoCreditsIsServedUnderEveryPolicy() throws IOException {
    Path file = file("[tenants.ann]\ncredits = 0\n");
    for (String policy : new String[] {"market", "fcfs", "vtc", "dlpm"}) {
      End end =
          bourse(
              "run",
              "text-completion",
              "--prompt",
              PROMPT,
              "--config",
              file.toString(),
              "--user",
              "ann",
              "--policy",
              policy);
      assertThat(end.out()).isEqualTo("The capital of France is Paris.\n");
    }
  }

  @Test
  void anUnknownPolicyIsRefusedWithThoseThereAre() {
    End end = bourse("run", "text-completion", "--prompt", PROMPT, "--policy", "lottery");
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err())
        .isEqualTo("bourse: --policy is 'lottery', expected one of market, fcfs, vtc, dlpm\n");
  }

  private Path file(String toml) throws IOException {
    return Files.writeString(folder.resolve("bourse.toml"), toml);
  }
}
