package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that nobody here wrote. Their transcripts are kept in {@code target/clients}. */
class OpenAiClientTest {
  private static final Path SCRIPTS = Path.of("src/test/clients/openai-node");
  private static final Path TARGET = Path.of("target/clients");

  @TempDir private Path folder;

  /** What the script prints when everything is as OpenAI's package expects it. */
  private static final List<String> EXPECTED =
      List.of(
          "models: [\"Pocket Chat 5M\"]",
          "model: model",
          "chat: The capital of France is Paris.",
          "usage: [15,9]",
          "streaming: The capital of France is Paris.",
          "streaming came in pieces: true",
          "stream helper: The capital of France is Paris.",
          "choices: 3",
          "logprobs: true",
          "tool: [\"tool_calls\",\"get_weather\",[\"city\"]]",
          "tool answered: string",
          "tool runner: string",
          "JSON Schema: [\"city\",\"country\"]",
          "completion: true",
          "response: The capital of France is Paris.",
          "response goes on: [\"The capital of Japan is Tokyo.\",true]",
          "response streaming: The capital of France is Paris.",
          "response events: [\"created\",\"in_progress\",\"output_item.added\","
              + "\"content_part.added\",\"output_text.delta\",\"output_text.done\","
              + "\"content_part.done\",\"output_item.done\",\"completed\"]",
          "response stream helper: The capital of France is Paris.",
          "embeddings: [2,256]",
          "embeddings agree: true",
          "error: [\"NotFoundError\",404,\"model_not_found\"]",
          "error: [\"BadRequestError\",400,\"temperature\"]");

  @Test
  void thePackageOfOpenAiForNode() throws Exception {
    Path install = Files.createDirectories(TARGET.resolve("openai-node"));
    for (String file : List.of("package.json", "package-lock.json", "chat.mjs")) {
      Files.write(install.resolve(file), Files.readAllBytes(SCRIPTS.resolve(file)));
    }
    boolean installed =
        Files.exists(install.resolve("node_modules/openai/package.json"))
            || run(install, 180, "npm-install.log", "npm", "ci", "--no-audit", "--no-fund") == 0;
    assumeTrue(
        installed, "skipped: npm cannot install the package openai here; see npm-install.log");
    try (TestApi api = new TestApi(folder)) {
      int exit =
          run(
              install,
              180,
              "transcript.txt",
              "node",
              "chat.mjs",
              api.uri("/v1").toString(),
              TestApi.MODEL);
      List<String> transcript = Files.readAllLines(install.resolve("transcript.txt"));
      assertThat(transcript).containsExactlyElementsOf(EXPECTED);
      assertThat(exit).isZero();
    }
  }

  @Test
  void curl() throws Exception {
    Path logs = Files.createDirectories(TARGET.resolve("curl"));
    assumeTrue(run(logs, 10, "version.txt", "curl", "--version") == 0, "skipped: there is no curl");
    try (TestApi api = new TestApi(folder)) {
      String body =
          """
          {"model": "Pocket Chat 5M", "temperature": 0, "stream": true,
           "messages": [{"role": "user", "content": "What is the capital of France?"}]}""";
      int exit =
          run(
              logs,
              60,
              "transcript.txt",
              "curl",
              "--silent",
              "--show-error",
              "--no-buffer",
              "--include",
              "--json",
              body,
              api.uri("/v1/chat/completions").toString());
      assertThat(exit).isZero();
      List<String> transcript = Files.readAllLines(logs.resolve("transcript.txt"));
      assertThat(transcript.getFirst()).startsWith("HTTP/1.1 200");
      assertThat(transcript)
          .contains("content-type: text/event-stream; charset=utf-8")
          .endsWith("data: [DONE]", "");
      StringBuilder said = new StringBuilder();
      for (String line : transcript) {
        if (line.startsWith("data: {")) {
          said.append(
              Json.event(line.substring("data: ".length()))
                  .path("choices")
                  .path(0)
                  .path("delta")
                  .path("content")
                  .asString(""));
        }
      }
      assertThat(said).hasToString("The capital of France is Paris.");
    }
  }

  /** Runs a command in a folder and keeps what it prints there; -1 if there is no such command. */
  private static int run(Path folder, int seconds, String log, String... command)
      throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(log).toFile())
              .start();
    } catch (IOException notThere) {
      return -1;
    }
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return -1;
    }
    return process.exitValue();
  }
}
