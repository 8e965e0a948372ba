package dev.bourse.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bourse run --http}, as a program of its own that Ctrl-C ends. */
class ServeCommandTest {
  private static final Path ENDPOINT = Path.of("../../examples/endpoint-in-wat").toAbsolutePath();
  private static final Pattern ADDRESS =
      Pattern.compile(
          "bourse: .*endpoint-in-wat\\.wasm answers at (http://127\\.0\\.0\\.1:\\d+/) until .*");

  @TempDir private Path folder;

  @Test
  void anInferletAnswersUntilCtrlC() throws Exception {
    Process process = start("run", ENDPOINT.toString(), "--http", "0");
    try (BufferedReader err = process.errorReader(UTF_8)) {
      URI address = address(err);
      try (HttpClient client = HttpClient.newHttpClient()) {
        for (String method : List.of("GET", "POST", "DELETE")) {
          var body = HttpRequest.BodyPublishers.ofString("x".repeat(100));
          var response =
              client.send(
                  HttpRequest.newBuilder(address.resolve("/any?q")).method(method, body).build(),
                  BodyHandlers.ofString());
          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.body()).isEqualTo("Hello from an inferlet.\n");
        }
      }
      interrupt(process);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(ExitCode.OK);
      assertThat(err.lines()).isEmpty();
      assertThat(process.getInputStream().readAllBytes()).isEmpty();
      try (HttpClient client = HttpClient.newHttpClient()) {
        assertThat(
                catchThrowable(
                    () ->
                        client.send(
                            HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())))
            .isInstanceOf(ConnectException.class);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatAnInferletPrintsGoesToStandardError() throws Exception {
    Path guest = folder.resolve("talking-endpoint-in-wat.wasm");
    Files.copy(Path.of("src/test/resources/guests/talking-endpoint.wasm"), guest);
    Process process = start("run", guest.toString(), "--http", "0");
    try (BufferedReader err = process.errorReader(UTF_8)) {
      HttpRequest request = HttpRequest.newBuilder(address(err)).build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        for (int times = 0; times < 2; times++) {
          assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
          assertThat(err.readLine()).isEqualTo("out: asked.");
          assertThat(err.readLine()).isEqualTo("err: asked");
        }
      }
      interrupt(process);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.getInputStream().readAllBytes()).isEmpty();
    } finally {
      process.destroyForcibly();
    }
  }

  private static URI address(BufferedReader err) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = err.readLine(); line != null; line = err.readLine()) {
      Matcher matcher = ADDRESS.matcher(line);
      if (matcher.matches()) {
        return URI.create(matcher.group(1));
      }
      lines.add(line);
    }
    throw new AssertionError(String.join("\n", lines));
  }

  private static void interrupt(Process process) throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  /** This very program in a JVM of its own. */
  private Process start(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    // Whoever is started in the background of a shell ignores Ctrl-C, and so do its children.
    List<String> listening = List.of("env", "--default-signal=INT");
    if (works(listening)) {
      command.addAll(listening);
    }
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOME", folder.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    return builder.start();
  }

  private static boolean works(List<String> prefix) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    return new ProcessBuilder(command).start().waitFor() == 0;
  }

  @ParameterizedTest
  @CsvSource({"--send-file, pom.xml", "--output-dir, src"})
  void filesAreForOneRun(String option, String file) {
    End end = End.bourse("run", ENDPOINT.toString(), "--http", "0", option, file);
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err())
        .contains(
            "--send-file and --output-dir are for one run, and with --http each request is one");
  }

  @ParameterizedTest
  @CsvSource({"-1", "65536"})
  void portsThatAreNoneAreRefused(String port) {
    End end = End.bourse("run", ENDPOINT.toString(), "--http", port);
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err()).contains("--http is " + port + ", but must be from 0 to 65535");
  }

  @Test
  void anInferletThatAnswersNothingIsNotServedAndAnEndpointNotRun() {
    End end = End.bourse("run", "text-completion", "--prompt", "x", "--http", "0");
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err())
        .contains("text-completion answers no requests: it exports no wasi:http/incoming-handler");
    End run = End.bourse("run", ENDPOINT.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("serve it, as bourse run NAME --http PORT does");
  }

  @Test
  void aLimitOfTheCommandLineStopsAnInferlet() {
    String prompt = "What is the capital of France?";
    End one = End.bourse("run", "text-completion", "--prompt", prompt, "--limit", "output-bytes=9");
    assertThat(one.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(one.err()).contains("limit output-bytes exceeded: ").contains(", allowed 9");
    End two =
        End.bourse(
            "run",
            "text-completion",
            "--prompt",
            prompt,
            "--limit",
            "module-bytes=9",
            "--limit=contexts=1");
    assertThat(two.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(two.err()).contains("text-completion: limit module-bytes exceeded: ");
    End none = End.bourse("run", "text-completion", "--prompt", prompt, "--limit", "contexts=0");
    assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(none.err()).contains("--limit contexts is 0, but must be from 1 to 262143");
    End unknown = End.bourse("run", "text-completion", "--prompt", prompt, "--limit", "fuel=7");
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err())
        .contains("--limit fuel: there is no such limit; there are module-bytes");
    End text = End.bourse("run", "text-completion", "--prompt", prompt, "--limit", "contexts=many");
    assertThat(text.exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aConfiguredLimitHoldsUnlessTheCommandLineSaysOtherwise() throws Exception {
    Path config = folder.resolve("bourse.toml");
    Files.writeString(config, "[inferlets.limits]\noutput-bytes = 9\n");
    String[] run = {
      "run",
      "text-completion",
      "--prompt",
      "What is the capital of France?",
      "--config",
      config.toString()
    };
    assertThat(End.bourse(run).err()).contains("limit output-bytes exceeded: ");
    List<String> more = new ArrayList<>(List.of(run));
    more.addAll(List.of("--limit", "output-bytes=1000"));
    assertThat(End.bourse(more.toArray(String[]::new)).out())
        .isEqualTo("The capital of France is Paris.\n");
  }
}
