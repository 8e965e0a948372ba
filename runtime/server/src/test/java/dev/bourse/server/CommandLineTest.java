package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static dev.bourse.server.End.bourseReading;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a user sees: results on standard output, the rest on standard error, an exit code. */
class CommandLineTest {
  private static final String PROMPT = "What is the capital of France?";
  private static final String ANSWER = "The capital of France is Paris.\n";

  @Test
  void runStreamsTheAnswerAndEndsWithOneLineOfFigures() {
    End end = bourse("run", "text-completion", "--prompt", PROMPT);
    assertThat(end.out()).isEqualTo(ANSWER);
    assertThat(end.errLines()).hasSize(1);
    assertThat(end.errLines().getLast())
        .matches("bourse: 15 prompt tokens, 10 generated, first token .* s .*, 2 pages");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void figuresAsJson() {
    End end = bourse("run", "text-completion", "--prompt=" + PROMPT, "--stats", "json");
    JsonNode figures = JsonMapper.shared().readTree(end.errLines().getLast());
    assertThat(figures.required("promptTokens").intValue()).isEqualTo(15);
    assertThat(figures.required("generatedTokens").intValue()).isEqualTo(10);
    for (String none : List.of("reusedTokens", "restoredTokens", "recomputedTokens")) {
      assertThat(figures.required(none).intValue()).isZero();
    }
    assertThat(figures.required("firstTokenSeconds").doubleValue()).isPositive();
    assertThat(figures.required("pages").intValue()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--max-tokens", "--max_tokens"})
  void parametersAreWrittenWithDashesOrUnderscores(String option) {
    End end = bourse("run", "text-completion", "--prompt", PROMPT, option, "3", "--stats", "none");
    assertThat(end.out()).isEqualTo("The capital of\n");
    assertThat(end.err()).isEmpty();
  }

  @Test
  void parametersAsJsonAndSingleOnesOnTop() {
    String json = "{\"prompt\": \"" + PROMPT + "\", \"max_tokens\": 30}";
    End end = bourse("run", "text-completion", "--json", json, "--max-tokens", "3");
    assertThat(end.out()).isEqualTo("The capital of\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "vector", "adaptive"})
  void pageSizeAndThreadsDoNotChangeTheAnswer(String kernels) {
    for (String pageSize : List.of("8", "16", "32")) {
      End end =
          bourse(
              "run",
              "text-completion",
              "--prompt",
              PROMPT,
              "--page-size",
              pageSize,
              "--threads",
              "1",
              "--kernels",
              kernels,
              "--kv-tokens",
              "256");
      assertThat(end.out()).isEqualTo(ANSWER);
    }
  }

  @Test
  void whoSavesNothingNeedsNoFolderToSaveTo(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Path none = folder.resolve("none");
    for (Path snapshots : List.of(file, none)) {
      End end =
          bourse("run", "text-completion", "--prompt", PROMPT, "--snapshots", snapshots.toString());
      assertThat(end.out()).isEqualTo(ANSWER);
    }
    assertThat(none).doesNotExist();
  }

  @Test
  void theInterpreterGivesTheSameAnswer() {
    End end = bourse("run", "text-completion", "--interpreter", "--prompt", PROMPT);
    assertThat(end.out()).isEqualTo(ANSWER);
  }

  @Test
  void wrongParametersAreNamedWithTheKnownOnes() {
    End unknown = bourse("run", "text-completion", "--prompt", PROMPT, "--promt", "x");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("promt").contains("prompt, system, max_tokens");
    End type = bourse("run", "text-completion", "--prompt", PROMPT, "--max-tokens", "many");
    assertThat(type.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(type.err()).contains("max_tokens").contains("many").contains("integer");
    End missing = bourse("run", "text-completion");
    assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("prompt is required");
    assertThat(missing.out()).isEmpty();
  }

  @Test
  void helpOfAnInferletShowsItsParameters() {
    End end = bourse("run", "text-completion", "--help");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).contains("--page-size").contains("--max-tokens=integer").contains("256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "list",
        "new",
        "program",
        "snapshots",
        "config",
        "market",
        "inspect",
        "tokenize",
        "detokenize",
        "template",
        "logits"
      })
  void everyCommandHasHelp(String command) {
    End end = bourse(command, "--help");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).startsWith("Usage: bourse " + command);
  }

  @Test
  void listNamesWhatShips() {
    assertThat(bourse("list").out()).contains("text-completion").contains("streams the answer");
  }

  @Test
  void aWrongCommandLineIsAUsageError() {
    for (End end :
        List.of(
            bourse(),
            bourse("rnu"),
            bourse("run"),
            bourse("run", "nobody"),
            bourse("run", "text-completion", "--prompt", "x", "--page-size", "12"),
            bourse("run", "text-completion", "--prompt", "x", "--kernels", "cuda"),
            bourse("run", "text-completion", "--prompt", "x", "--threads", "0"),
            bourse("run", "text-completion", "--prompt", "x", "--threads", "100000"),
            bourse("run", "text-completion", "--prompt", "x", "--kv-tokens", "2147483647"),
            bourse("run", "text-completion", "--prompt", "x", "--seed", "many"),
            bourse("run", "text-completion", "--prompt", "x", "--prompt", "y"),
            bourse("run", "text-completion", "--prompt", "x", "--temperature", "NaN"),
            bourse("run", "text-completion", "--prompt", "x", "-m", ""),
            bourse("run", "text-completion", "--json", "{\"prompt\": \"x\", \"prompt\": 1}"),
            bourse("run", "text-completion", "--json", "{"),
            bourse("list", "x"),
            bourse("run", "text-completion", "--prompt", "x", "--user", "a/b"),
            bourse("run", "text-completion", "--prompt", "x", "--snapshots", ""),
            bourse("run", "text-completion", "--prompt", "x", "--timeout", "0"),
            bourse("tokenize"))) {
      assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.USAGE);
      assertThat(end.errLines()).hasSize(1);
      assertThat(end.err())
          .startsWith("bourse: ")
          .doesNotContain("dev.bourse", "java.lang", "Exception", "StreamRead");
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("not a model.wasm");
    Files.writeString(file, "neither a model nor a module");
    for (End end :
        List.of(
            bourse("run", "text-completion", "--prompt", "x", "-m", file.toString()),
            bourse("run", file.toString()),
            bourse("inspect", file.toString()),
            bourse("tokenize", file.toString()))) {
      assertThat(end.exitCode()).as(end.err()).isEqualTo(ExitCode.BAD_FILE);
      assertThat(end.err())
          .startsWith("bourse: ")
          .contains(file.toString())
          .doesNotContain("\tat ");
    }
    assertThat(bourse("inspect", folder.resolve("none").toString()).exitCode())
        .isEqualTo(ExitCode.BAD_FILE);
  }

  @Test
  void anInferletThatFailsSaysWhy() {
    End end = bourse("run", "text-completion", "--prompt", "more words ".repeat(2000));
    assertThat(end.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(end.errLines().getFirst()).startsWith("bourse: text-completion failed: ");
    assertThat(end.errLines().getLast()).contains("prompt tokens");
    assertThat(end.err()).doesNotContain("\tat ");
  }

  private static Stream<List<String>> commandsThatPrint() {
    return Stream.of(
        List.of("run", "text-completion", "--prompt", PROMPT, "--stats", "none"),
        List.of("run", "text-completion", "--help"),
        List.of("list"),
        List.of("inspect"),
        List.of("tokenize", "demo"),
        List.of("--help"));
  }

  private static End bourseWritingTo(String failure, List<String> arguments) {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException(failure);
          }
        };
    var in = new ByteArrayInputStream("{\"text\": \"x\"}".getBytes(StandardCharsets.UTF_8));
    var err = new ByteArrayOutputStream();
    int exitCode =
        Main.execute(
            new Streams(in, broken, err), StartTimes.atMain(), arguments.toArray(String[]::new));
    return new End(exitCode, "", err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("commandsThatPrint")
  void aReaderThatWentAwayEndsTheCommandQuietly(List<String> arguments) {
    End end = bourseWritingTo("Broken pipe", arguments);
    assertThat(end.exitCode()).isEqualTo(ExitCode.OUTPUT_CLOSED);
    assertThat(end.err()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commandsThatPrint")
  void aFullDiskIsReported(List<String> arguments) {
    End end = bourseWritingTo("No space left on device", arguments);
    assertThat(end.exitCode()).isEqualTo(ExitCode.OUTPUT_FAILED);
    assertThat(end.errLines())
        .containsExactly("bourse: standard output cannot be written: No space left on device");
  }

  @Test
  void moreLogitsThanAContextHasAreRefused() {
    String lines =
        """
        {"tokens": [1], "positions": [0, 0]}
        {"tokens": [%s], "greedy": 3}
        {"tokens": [1], "greedy": 1}
        """
            .formatted("1,".repeat(1024) + "1");
    List<String> answers = bourseReading(lines, "logits", "demo").out().lines().toList();
    assertThat(answers.get(0)).contains("'positions' has 2 entries");
    assertThat(answers.get(1)).contains("'tokens' has 1025 entries", "context of 1024 tokens");
    assertThat(answers.get(2)).startsWith("{\"logits\":[],\"greedy\":[");
  }

  @Test
  void aLineThatCannotBeAnsweredIsAnsweredByAnError() {
    String lines =
        """
        {"text": "Hello"}
        {"text": 7}
        not JSON

        {"text": "Hello", "adSpecial": true}
        {"text": "Hello"}
        """;
    End end = bourseReading(lines, "tokenize", "demo");
    List<String> answers = end.out().lines().toList();
    assertThat(answers).hasSize(6);
    assertThat(answers.get(0)).matches("\\[\\d+(,\\d+)*]").isEqualTo(answers.get(5));
    for (String answer : answers.subList(1, 5)) {
      assertThat(JsonMapper.shared().readTree(answer).path("error").isString()).as(answer).isTrue();
    }
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
  }

  @Test
  void tokensThatAreNoTextAreShownInHexadecimal() {
    End end = bourseReading("{\"text\": \"é\"}\n", "tokenize", "demo");
    JsonNode ids = JsonMapper.shared().readTree(end.out());
    assertThat(ids.size()).isGreaterThan(1);
    String lines = "{\"ids\": %s}\n{\"ids\": [%s]}\n{\"ids\": [-1]}\n".formatted(ids, ids.get(0));
    List<String> answers = bourseReading(lines, "detokenize", "demo").out().lines().toList();
    assertThat(answers.get(0)).isEqualTo("\"é\"");
    assertThat(answers.get(1)).isEqualTo("{\"hex\":\"c3\"}");
    assertThat(answers.get(2)).contains("error");
  }

  @Test
  void templatesRenderAtTheTimeGiven(@TempDir Path folder) throws IOException {
    Path template = folder.resolve("date.jinja");
    Files.writeString(template, "{{ strftime_now('%Y-%m-%d %H:%M') }} {{ name }}{{ nope.nope }}");
    String lines =
        """
        {"now": "2023-11-14T22:13:20Z", "name": "a", "nope": {"nope": 1}}
        {"name": "a"}
        {"now": "yesterday"}
        """;
    List<String> answers =
        bourseReading(lines, "template", template.toString()).out().lines().toList();
    assertThat(answers.get(0)).isEqualTo("{\"text\":\"2023-11-14 22:13 a1\"}");
    assertThat(answers.get(1)).startsWith("{\"error\":");
    assertThat(answers.get(2)).startsWith("{\"error\":").contains("yesterday");
  }

  @Test
  void inspectShowsTheModel() {
    End text = bourse("inspect");
    assertThat(text.out()).contains("qwen3").contains("5,049,984").contains("Q8_0");
    JsonNode json = JsonMapper.shared().readTree(bourse("inspect", "demo", "--json").out());
    assertThat(json.required("kvBytesPerToken").intValue()).isEqualTo(2 * 6 * 2 * 32 * 4);
    assertThat(json.required("vocabulary").required("tokens").intValue()).isEqualTo(2048);
    assertThat(bourse("inspect", "--template").out()).contains("<|im_start|>");
  }
}
