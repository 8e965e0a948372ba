package dev.bourse.server.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.client.Launch;
import dev.bourse.client.MarketWatch;
import dev.bourse.proto.v1.Pages;
import dev.bourse.server.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong around a server: clients that vanish, disks that are full, files that go. */
@Timeout(300)
class ServeFaultsTest {
  private static final String PROMPT = "What is the capital of France?";
  private static final String ANSWER = "The capital of France is Paris.";
  private static final int EACH = 16;

  @TempDir private Path folder;

  private static String body(boolean endless) {
    return """
    {"model": "Pocket Chat 5M", "messages": [{"role": "user", "content": "%s"}], %s}\
    """
        .formatted(
            PROMPT,
            endless
                ? "\"temperature\": 2, \"max_tokens\": 900, \"stream\": true"
                : "\"temperature\": 0");
  }

  private static HttpResponse<String> chat(HttpClient web, ServeProcess server) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.http("/v1/chat/completions"))
            .POST(HttpRequest.BodyPublishers.ofString(body(false)))
            .build();
    return web.send(request, BodyHandlers.ofString());
  }

  private static void assertAnswers(ServeProcess server) throws Exception {
    try (HttpClient web = HttpClient.newHttpClient()) {
      assertThat(chat(web, server).body()).contains(ANSWER);
    }
    try (BourseClient client = server.client("");
        Attachment run = client.run(Launch.of("text-completion").with("prompt", PROMPT))) {
      assertThat(run.result()).isEqualTo(ANSWER);
    }
  }

  private static Launch turn(String name) {
    return Launch.of("conversation").with("name", name).with("prompt", PROMPT);
  }

  private static Pages pages(BourseClient client) {
    try (MarketWatch market = client.market("", Duration.ofMillis(50))) {
      return Objects.requireNonNull(market.next()).getPages();
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!condition.call()) {
      Thread.sleep(20);
    }
  }

  private static List<String> sockets(ServeProcess server) throws IOException {
    return server.openFiles().stream().filter(file -> file.startsWith("socket:")).toList();
  }

  /** A connection that sends some bytes, and then is as it is. */
  private static Socket socket(URI address, String sent) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.getOutputStream().write(sent.getBytes(US_ASCII));
    socket.getOutputStream().flush();
    return socket;
  }

  private static String request(boolean endless) {
    String body = body(endless);
    return "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: %d\r\n\r\n%s"
        .formatted(body.length(), body);
  }

  @Test
  void clientsThatVanishLeaveNothingBehind() throws Exception {
    try (ServeProcess server = ServeProcess.start(folder)) {
      assertAnswers(server);
      int sockets = sockets(server).size();
      URI http = server.http("/");
      URI grpc = URI.create("tcp://" + server.grpc());
      List<Socket> open = new ArrayList<>();
      for (int number = 0; number < EACH; number++) {
        // They say nothing; half of something; all, and do not read; or read a little.
        open.add(socket(http, ""));
        open.add(socket(grpc, ""));
        open.add(socket(http, "POST /v1/chat/completions HTTP/1.1\r\nhost: 127."));
        open.add(socket(http, "POST /v1/chat/completions HTTP/1.1\r\ncontent-length: 99\r\n\r\n{"));
        open.add(socket(grpc, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        open.add(socket(http, request(true)));
        Socket reads = socket(http, request(true));
        open.add(reads);
        InputStream answer = reads.getInputStream();
        assertThat(new String(answer.readNBytes(15), US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
      }
      assertAnswers(server);
      assertThat(sockets(server).size()).isGreaterThanOrEqualTo(sockets);
      try (BourseClient client = server.client("")) {
        Launch talk = Launch.of("talker");
        client.deploy(
            "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
            Resources.bytes("guests/talker.wasm"),
            false);
        for (int number = 0; number < EACH; number++) {
          Attachment run = client.run(talk);
          run.send("hello");
          assertThat(run.next()).isNotNull();
          run.close();
        }
        // With a reset, as of a client that was killed, and with an end, as of one that closed.
        for (Socket socket : open) {
          socket.setSoLinger(open.indexOf(socket) % 2 == 0, 0);
          socket.close();
        }
        await(() -> client.processes(true, false).isEmpty());
        await(() -> pages(client).getFree() == pages(client).getTotal());
      }
      await(() -> sockets(server).size() <= sockets);
      assertAnswers(server);
      server.signal("TERM");
      assertThat(server.exitCode()).isZero();
      assertThat(server.said()).doesNotContain("Exception", "LEAK");
    }
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  private static boolean mount(Path folder) throws Exception {
    Files.createDirectories(folder);
    return run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.toString());
  }

  /** Takes all the room there is. */
  private static Path fill(Path folder) throws IOException {
    Path file = folder.resolve("filler");
    ByteBuffer block = ByteBuffer.allocate(4096);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(block.clear());
      }
    } catch (IOException full) {
      return file;
    }
  }

  @Test
  void aFullDiskIsSaidAndSurvived() throws Exception {
    Path data = ServeProcess.data(folder);
    Path snapshots = folder.resolve("snapshots");
    assumeTrue(mount(data), "skipped: no file system can be mounted here to be filled");
    try {
      assumeTrue(mount(snapshots), "skipped: no file system can be mounted here to be filled");
      serveOnAFullDisk(data, snapshots);
    } finally {
      run("umount", data.toString());
      run("umount", snapshots.toString());
    }
  }

  private void serveOnAFullDisk(Path data, Path snapshots) throws Exception {
    byte[] talker = Resources.bytes("guests/talker.wasm");
    String manifest = "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n";
    try (ServeProcess server = ServeProcess.start(folder)) {
      try (BourseClient client = server.client("")) {
        assertThat(client.await(client.launch(turn("before")).getId())).isEqualTo(ANSWER);
        Path one = fill(data);
        Path two = fill(snapshots);
        assertThatThrownBy(() -> client.await(client.launch(turn("during")).getId()))
            .hasMessageContaining("No space left");
        assertThatThrownBy(() -> client.deploy(manifest, talker, false))
            .isInstanceOf(BourseException.class)
            .hasMessageContaining("No space left");
        assertAnswers(server);
        assertThat(client.snapshots()).extracting(s -> s.getName()).containsExactly("before");
        client.deleteSnapshot("before");
        server.await("the audit log ");
        Files.delete(one);
        Files.delete(two);
        assertThat(client.await(client.launch(turn("after")).getId())).isEqualTo(ANSWER);
        var _ = client.deploy(manifest, talker, false);
        assertThat(Files.readString(data.resolve("audit.jsonl"))).contains("program.deploy");
      }
      server.kill();
    }
    try (ServeProcess server = ServeProcess.start(folder);
        BourseClient client = server.client("")) {
      assertThat(client.snapshots()).extracting(s -> s.getName()).containsExactly("after");
      assertThat(client.programs()).anyMatch(program -> program.getName().equals("talker"));
    }
  }

  @Test
  void filesThatGoWhileItServesHarmNobodyElse() throws Exception {
    Path models = Files.createDirectories(folder.resolve("models"));
    ServeModelsTest.writeModel(models.resolve("gone.gguf"), "Pocket Chat 5A");
    ServeModelsTest.writeModel(models.resolve("short.gguf"), "Pocket Chat 5B");
    try (ServeProcess server = ServeProcess.start(folder, "--model-folder=" + models);
        BourseClient client = server.client("");
        HttpClient web = HttpClient.newHttpClient()) {
      for (String file : List.of("gone.gguf", "short.gguf")) {
        var _ = client.addModel(file, stage -> {});
      }
      Files.delete(models.resolve("gone.gguf"));
      try (FileChannel file =
          FileChannel.open(models.resolve("short.gguf"), StandardOpenOption.WRITE)) {
        file.truncate(4096);
      }
      for (String model : List.of("Pocket Chat 5A", "Pocket Chat 5B")) {
        HttpRequest question = ServeModelsTest.chat(server, model, ", \"temperature\": 0");
        assertThat(web.send(question, BodyHandlers.ofString()).body())
            .as("what is loaded needs its file no more")
            .contains(ANSWER);
      }
      assertAnswers(server);
      // All that the server has written is gone, and it serves on.
      try (Stream<Path> files = Files.walk(ServeProcess.data(folder))) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      assertAnswers(server);
      var _ =
          client.deploy(
              "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
              Resources.bytes("guests/talker.wasm"),
              false);
      assertThat(client.removeModel("Pocket Chat 5B", Duration.ZERO)).isFalse();
      server.signal("TERM");
      assertThat(server.exitCode()).as(server.said()).isZero();
    }
    try (ServeProcess server = ServeProcess.start(folder, "--model-folder=" + models);
        BourseClient client = server.client("")) {
      assertThat(client.programs()).anyMatch(program -> program.getName().equals("talker"));
      assertThat(server.said()).contains("cannot be served now");
      assertAnswers(server);
    }
  }
}
