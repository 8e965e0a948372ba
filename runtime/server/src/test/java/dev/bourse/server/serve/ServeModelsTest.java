package dev.bourse.server.serve;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.demo.DemoModel;
import dev.bourse.server.End;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models come and go while a server runs. */
@Timeout(300)
class ServeModelsTest {
  private static final String MODEL = "Pocket Chat 5M";
  private static final String OTHER = "Pocket Chat 5N";

  @TempDir private Path folder;

  private static End bourse(ServeProcess server, String... arguments) {
    List<String> all = new ArrayList<>(List.of("models"));
    all.addAll(Arrays.asList(arguments));
    all.addAll(List.of("--server", server.grpc()));
    return End.bourse(all.toArray(String[]::new));
  }

  /** A question to a model. */
  static HttpRequest chat(ServeProcess server, String model, String more) {
    String body =
        """
        {"model": "%s", "messages": [{"role": "user", "content": "What is the capital of France?"}]%s}\
        """
            .formatted(model, more);
    return HttpRequest.newBuilder(server.http("/v1/chat/completions"))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> ask(HttpClient web, ServeProcess server, String model)
      throws Exception {
    return web.send(chat(server, model, ", \"temperature\": 0"), BodyHandlers.ofString());
  }

  private static void assertServed(ServeProcess server, String... models) {
    assertThat(bourse(server).outLines().stream().skip(1))
        .hasSize(models.length)
        .zipSatisfy(List.of(models), (line, model) -> assertThat(line).startsWith(model + " "));
  }

  private static byte[] demo() {
    try (Arena arena = Arena.ofConfined()) {
      return DemoModel.bytes(arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Writes the embedded model with another name, of the same length. */
  static void writeModel(Path file, String name) throws IOException {
    String text = new String(demo(), ISO_8859_1);
    Files.write(file, text.replace(MODEL, name).getBytes(ISO_8859_1));
  }

  private Path models() throws Exception {
    Path models = folder.resolve("models");
    Path deep = Files.createDirectories(models.resolve("deep"));
    byte[] demo = demo();
    writeModel(deep.resolve("other.gguf"), OTHER);
    Files.write(deep.resolve("same.gguf"), demo);
    Files.write(deep.resolve("half.gguf"), Arrays.copyOf(demo, demo.length / 2));
    Files.writeString(deep.resolve("text.gguf"), "no model");
    Files.write(folder.resolve("secret.gguf"), demo);
    Files.createSymbolicLink(deep.resolve("link.gguf"), folder.resolve("secret.gguf"));
    return models;
  }

  @Test
  void modelsComeAndGo() throws Exception {
    String models = "--model-folder=" + models();
    try (HttpClient web = HttpClient.newHttpClient();
        ServeProcess server = ServeProcess.start(folder, models)) {
      assertThat(ask(web, server, OTHER).statusCode()).isEqualTo(404);
      End added = bourse(server, "add", "deep/other.gguf");
      assertThat(added.err())
          .isEqualTo(
              """
              bourse: loading deep/other.gguf
              bourse: starting deep/other.gguf
              bourse: Pocket Chat 5N is served
              """);
      assertThat(added.exitCode()).isZero();
      assertServed(server, MODEL, OTHER);
      assertThat(ask(web, server, OTHER).body()).contains("The capital of France is Paris.");

      for (String file : List.of("deep/other.gguf", "deep/same.gguf", "demo")) {
        assertThat(bourse(server, "add", file).err()).contains("two of the models are called ");
      }
      for (String file : List.of("deep/half.gguf", "deep/text.gguf")) {
        End broken = bourse(server, "add", file);
        assertThat(broken.exitCode()).isNotZero();
        assertThat(broken.err()).contains(file).doesNotContain("internal error");
      }
      String secret = folder.resolve("secret.gguf").toString();
      for (String file :
          List.of(
              "../secret.gguf",
              secret,
              "/etc/passwd",
              "nothing.gguf",
              "deep/link.gguf",
              "deep",
              "")) {
        assertThat(bourse(server, "add", file).err().lines().toList().getLast())
            .isEqualTo(
                "bourse: there is no \"%s\" in the folders that this server adds models from"
                    .formatted(file));
      }
      server.kill();
    }
    try (HttpClient web = HttpClient.newHttpClient();
        ServeProcess server = ServeProcess.start(folder, models)) {
      assertServed(server, MODEL, OTHER);
      removeWhileItIsUsed(web, server);
      assertServed(server, MODEL);
      HttpResponse<String> gone = ask(web, server, OTHER);
      assertThat(gone.statusCode()).isEqualTo(404);
      assertThat(ask(web, server, MODEL).body()).contains("The capital of France is Paris.");
      assertThat(bourse(server, "remove", OTHER).err()).contains("there is no model");
      assertThat(bourse(server, "remove", MODEL).err()).contains("is the only model");
      assertThat(bourse(server, "add", "deep/other.gguf").exitCode()).isZero();
      assertThat(ask(web, server, OTHER).body()).contains("The capital of France is Paris.");
      assertThat(bourse(server, "remove", MODEL).exitCode()).isZero();
      assertServed(server, OTHER);
      server.signal("TERM");
      assertThat(server.exitCode()).isZero();
    }
    try (ServeProcess server = ServeProcess.start(folder)) {
      assertThat(server.said()).contains("was added to this server, and cannot be served now");
      assertServed(server, MODEL);
      assertThat(bourse(server, "add", "deep/other.gguf").err())
          .contains("this server was started without --model-folder");
    }
  }

  /** Whoever uses it hears that it is gone, or was quicker; whoever waits for it does not wait. */
  private static void removeWhileItIsUsed(HttpClient web, ServeProcess server) throws Exception {
    String endless = ", \"temperature\": 2, \"seed\": 7, \"max_tokens\": 900, \"stream\": true";
    HttpResponse<Stream<String>> answer =
        web.send(chat(server, OTHER, endless), BodyHandlers.ofLines());
    End removed = bourse(server, "remove", OTHER, "--patience", "0");
    assertThat(removed.exitCode()).as(removed.err()).isZero();
    assertThat(removed.err()).startsWith("bourse: Pocket Chat 5N is served no more");
    List<String> lines = answer.body().filter(line -> !line.isEmpty()).toList();
    boolean whole = lines.getLast().equals("data: [DONE]");
    if (removed.err().contains("cut off")) {
      assertThat(whole || lines.getLast().contains("\"error\"")).as(lines.getLast()).isTrue();
    } else {
      assertThat(whole).as(lines.getLast()).isTrue();
    }
  }
}
