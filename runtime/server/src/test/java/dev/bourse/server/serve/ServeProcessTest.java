package dev.bourse.server.serve;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.client.Event;
import dev.bourse.client.Launch;
import dev.bourse.engine.Balances;
import dev.bourse.engine.Balances.Holder;
import dev.bourse.server.End;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Resources;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bourse serve} as operators have it: started, stopped, killed, and started again. */
@Timeout(300)
class ServeProcessTest {
  private static final String MODEL = "Pocket Chat 5M";
  private static final String PROMPT = "What is the capital of France?";
  private static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");
  private static final String ANSWER = "The capital of France is Paris.";

  @TempDir private Path folder;

  private String key(String tenant, String role) {
    End made =
        End.bourse(
            "keys",
            "create",
            "--tenant",
            tenant,
            "--role",
            role,
            "--data",
            ServeProcess.data(folder).toString());
    assertThat(made.exitCode()).as(made.err()).isZero();
    return made.out().strip();
  }

  private static void deployTalker(BourseClient client) throws Exception {
    client.deploy(
        "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n",
        Resources.bytes("guests/talker.wasm"),
        false);
  }

  private static String turnName(int number) {
    return "turn-" + number;
  }

  private static Launch turn(String name) {
    return Launch.of("conversation").with("name", name).with("prompt", PROMPT);
  }

  @Test
  void whatWasAcknowledgedSurvivesAKillUnderLoad() throws Exception {
    Holder had = new Holder("ann", 1_000, 123_456_789, 0, 1_000_000_000, 876_543_210);
    BalancesFile balances = new BalancesFile(ServeProcess.data(folder).resolve("balances.json"));
    Balances before = new Balances(123_456_789, 0, 0, List.of(had));
    balances.write(Map.of(MODEL, before, "a model of last year", before));
    String ann = key("ann", "administer");
    Queue<String> saved = new ConcurrentLinkedQueue<>();
    try (ServeProcess server = ServeProcess.start(folder);
        ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
      try (BourseClient client = server.client(ann)) {
        deployTalker(client);
        List<Future<?>> workers = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
          String prefix = "c" + worker + "-";
          workers.add(
              load.submit(
                  () -> {
                    for (int number = 0; ; number++) {
                      client.await(client.launch(turn(prefix + number)).getId());
                      saved.add(prefix + number);
                    }
                  }));
        }
        while (saved.size() < 8) {
          Thread.sleep(5);
        }
        server.kill();
        for (Future<?> worker : workers) {
          assertThat(catchThrowable(worker::get)).isNotNull();
        }
      }
    }
    Path half = Files.writeString(balances.path().resolveSibling("balances.json7.part"), "{\"ver");
    Path halfSnapshot = Files.writeString(folder.resolve("snapshots/tmp/half"), "half");
    try (ServeProcess server = ServeProcess.start(folder)) {
      assertThat(half).doesNotExist();
      try (BourseClient client = server.client(ann)) {
        assertThat(client.snapshots()).extracting(s -> s.getName()).containsAll(saved);
        for (String name : List.copyOf(saved).subList(0, 4)) {
          try (Attachment next = client.run(turn(name))) {
            assertThat(next.result()).isEqualTo(ANSWER);
          }
        }
        assertThat(client.programs()).anyMatch(program -> program.getName().equals("talker"));
        assertThat(client.tenants(true))
            .filteredOn(tenant -> tenant.getName().equals("ann"))
            .flatExtracting(tenant -> tenant.getAccountsList())
            .singleElement()
            .satisfies(account -> assertThat(account.getBalance()).isEqualTo(123.456789))
            .satisfies(account -> assertThat(account.getPaid()).isEqualTo(876.54321));
      }
      try (BourseClient nobody = server.client("")) {
        assertThatThrownBy(nobody::snapshots)
            .isInstanceOfSatisfying(
                BourseException.class, e -> assertThat(e.reason()).isEqualTo("UNAUTHENTICATED"));
      }
      server.kill();
    }
    assertThat(halfSnapshot).exists();
    assertThat(balances.read()).hasSize(2).containsEntry("a model of last year", before);
    Files.writeString(balances.path(), "{\"version\": 1, \"mod");
    try (ServeProcess server = ServeProcess.start(folder)) {
      assertThat(server.exitCode()).isEqualTo(ExitCode.BAD_FILE);
      assertThat(server.said())
          .contains(balances.path() + ", where tenants' balances are kept, cannot be used: ");
    }
  }

  @Test
  void sigtermUnderLoadEndsWhatRunsProperlyAndAcceptsNothingNew() throws Exception {
    String ann = key("ann", "deploy");
    URI http;
    String grpc;
    try (ServeProcess server = ServeProcess.start(folder, "--drain=600");
        BourseClient client = server.client(ann);
        HttpClient web = HttpClient.newHttpClient();
        ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
      http = server.http("/v1/chat/completions");
      grpc = server.grpc();
      deployTalker(client);
      try (ServeProcess second = ServeProcess.start(folder)) {
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(second.said())
            .contains("another server (process %d) uses ".formatted(server.pid()));
      }
      List<Attachment> talkers = new ArrayList<>();
      for (int number = 0; number < 4; number++) {
        Attachment talker = client.run(Launch.of("talker"));
        talker.send("hello");
        assertThat(talker.next()).isEqualTo(new Event.Message(0, "hello"));
        talkers.add(talker);
      }
      List<Future<List<String>>> streams = new ArrayList<>();
      List<Future<String>> turns = new ArrayList<>();
      for (int number = 0; number < 8; number++) {
        String name = turnName(number);
        streams.add(
            load.submit(() -> web.send(chat(http, ann), BodyHandlers.ofLines()).body().toList()));
        turns.add(load.submit(() -> client.await(client.launch(turn(name)).getId())));
      }
      while (client.processes(false, true).size() < 16) {
        Thread.sleep(5);
      }
      server.signal("TERM");
      server.await("bourse: stopping; waiting up to 600 s for ");
      assertThat(catchThrowable(() -> client.launch(Launch.of("talker"))))
          .isInstanceOfSatisfying(
              BourseException.class, e -> assertThat(e.reason()).isEqualTo("UNAVAILABLE"));
      var refused = web.send(chat(http, ann), BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(503);
      int whole = 0;
      for (Future<List<String>> stream : streams) {
        whole += endedWhole(stream) ? 1 : 0;
      }
      assertThat(whole).isPositive();
      for (Attachment talker : talkers) {
        var _ = client.terminate(talker.processId(), "enough");
        assertThatThrownBy(talker::result).hasMessageContaining("enough");
        talker.close();
      }
      assertThat(server.exitCode()).as(server.said()).isZero();
      assertThat(server.said().lines()).contains("bourse: stopped");
      try (ServeProcess next = ServeProcess.start(folder);
          BourseClient again = next.client(ann)) {
        List<String> names = again.snapshots().stream().map(s -> s.getName()).toList();
        for (int number = 0; number < 8; number++) {
          Future<String> turn = turns.get(number);
          if (catchThrowable(turn::get) == null) {
            assertThat(names).contains(turnName(number));
          }
        }
        next.signal("TERM");
        assertThat(next.exitCode()).isZero();
      }
    }
    for (int port : List.of(http.getPort(), Integer.parseInt(grpc.replaceFirst(".*:", "")))) {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  private static HttpRequest chat(URI uri, String key) {
    String body =
        """
        {"model": "%s", "temperature": 0, "stream": true,
         "messages": [{"role": "user", "content": "%s"}]}\
        """
            .formatted(MODEL, PROMPT);
    return HttpRequest.newBuilder(uri)
        .header("authorization", "Bearer " + key)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /** Whether an answer came whole; if not, it was refused. */
  private static boolean endedWhole(Future<List<String>> stream) throws Exception {
    List<String> lines = stream.get().stream().filter(line -> !line.isEmpty()).toList();
    if (lines.size() == 1) {
      assertThat(lines.getFirst()).contains("this server is stopping and starts nothing any more");
      return false;
    }
    assertThat(lines).last().isEqualTo("data: [DONE]");
    assertThat(lines.stream().map(ServeProcessTest::content).collect(joining())).isEqualTo(ANSWER);
    return true;
  }

  private static String content(String line) {
    Matcher matcher = CONTENT.matcher(line);
    return matcher.find() ? matcher.group(1) : "";
  }

  @Test
  void whatRunsTooLongIsEndedAndItsClientTold() throws Exception {
    try (ServeProcess server = ServeProcess.start(folder, "--drain=1");
        BourseClient client = server.client("")) {
      deployTalker(client);
      try (Attachment talker = client.run(Launch.of("talker"))) {
        server.signal("TERM");
        assertThatThrownBy(talker::result).hasMessageContaining("the server is stopping");
      }
      assertThat(server.exitCode()).isZero();
      assertThat(server.said()).contains("bourse: stopped, and ended 1 processes");
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    try (ServeProcess server = ServeProcess.start(folder, "--drain=600");
        BourseClient client = server.client("")) {
      deployTalker(client);
      var _ = client.launch(Launch.of("talker"));
      server.signal("TERM");
      server.await("bourse: stopping; waiting up to 600 s for 1 processes");
      server.signal("TERM");
      assertThat(server.exitCode()).isEqualTo(ExitCode.TERMINATED);
    }
    try (ServeProcess server = ServeProcess.start(folder);
        BourseClient client = server.client("")) {
      assertThat(client.programs()).anyMatch(program -> program.getName().equals("talker"));
    }
  }
}
