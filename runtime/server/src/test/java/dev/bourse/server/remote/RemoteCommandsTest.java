package dev.bourse.server.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.client.Attachment;
import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.client.Event;
import dev.bourse.client.InferletFailedException;
import dev.bourse.client.Launch;
import dev.bourse.client.MarketWatch;
import dev.bourse.server.End;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Resources;
import dev.bourse.server.access.Role;
import dev.bourse.server.grpc.TestControlPlane;
import dev.bourse.server.node.NodeSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line, and the client library below it, against a server. */
@Timeout(120)
class RemoteCommandsTest {
  private static final String PROMPT = "What is the capital of France?";

  @TempDir Path folder;
  private TestControlPlane server;

  @BeforeEach
  void start() {
    server = new TestControlPlane(folder, NodeSettings.DEFAULT);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private End bourse(String... arguments) {
    return typing("", arguments);
  }

  private End typing(String input, String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--server", server.address()));
    return End.bourseReading(input, all.toArray(String[]::new));
  }

  /** With a key. */
  private End as(String secret, String... arguments) {
    try {
      Path file = Files.writeString(folder.resolve("key"), secret + "\n");
      List<String> all = new ArrayList<>(Arrays.asList(arguments));
      all.addAll(List.of("--key-file", file.toString()));
      return bourse(all.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path talker() throws IOException {
    Path talker = Files.createDirectory(folder.resolve("talker"));
    Files.write(talker.resolve("talker.wasm"), Resources.bytes("guests/talker.wasm"));
    Files.writeString(
        talker.resolve("inferlet.toml"),
        "name = \"talker\"\nversion = \"1.0.0\"\ndescription = \"Talks.\"\n");
    return talker;
  }

  private void deployTalker() throws IOException {
    End deployed = bourse("deploy", talker().toString());
    assertThat(deployed.err()).isEqualTo("bourse: talker@1.0.0 is deployed\n");
    assertThat(deployed.exitCode()).isZero();
  }

  @Test
  void aProgramIsLaunchedListedFollowedAndStopped() throws Exception {
    deployTalker();
    End launched = bourse("launch", "talker");
    assertThat(launched.exitCode()).as(launched.err()).isZero();
    String id = launched.out().strip();

    assertThat(bourse("ps").outLines())
        .hasSize(2)
        .last()
        .asString()
        .contains(id, "talker", "running");
    End attached = typing("hello\n.bye\n", "attach", id);
    assertThat(attached.out()).isEqualTo("hello\n");
    assertThat(attached.exitCode()).isZero();
    assertThat(bourse("ps").out()).isEmpty();
    assertThat(bourse("ps", "--all").outLines()).last().asString().contains(id, "finished");
    assertThat(bourse("logs", id).out()).isEqualTo("hello");

    String other = bourse("launch", "talker").out().strip();
    End killed = bourse("kill", other, "--reason", "enough");
    assertThat(killed.err()).isEqualTo("bourse: process %s has ended: enough\n".formatted(other));
    assertThat(bourse("attach", other).err()).contains("was stopped: enough");
  }

  @Test
  void parametersAreTakenByTheirTypes() {
    End run =
        bourse("launch", "text-completion", "--attach", "--prompt", PROMPT, "--max-tokens", "32");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("Paris");

    assertThat(bourse("launch", "text-completion", "--prompt", PROMPT, "--wings", "2").err())
        .contains("text-completion has no parameter wings; it has prompt");
    assertThat(bourse("launch", "text-completion", "--prompt", PROMPT, "--max-tokens", "x").err())
        .contains("max_tokens is 'x', expected: integer");
    assertThat(bourse("launch", "text-completion").err()).contains("prompt");
    assertThat(bourse("launch", "nothing").err()).contains("there are conversation");
  }

  @Test
  void modelsAndTenantsAreShown() {
    assertThat(bourse("models").outLines()).hasSize(2).first().asString().contains("CONTEXT");
    assertThat(bourse("tenants").out()).contains("local");
  }

  @Test
  void withoutAServerOrAKeyItIsSaidWhatToDo() {
    server.keys().create("ann", Role.USE, "");
    End refused = bourse("ps");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.err()).contains("asks for a key").contains("BOURSE_KEY");

    End nobody = End.bourse("ps", "--server", "127.0.0.1:1");
    assertThat(nobody.err()).contains("bourse serve starts one");
  }

  @Test
  void whatTheClientLibraryPromises() throws Exception {
    deployTalker();
    try (BourseClient client = BourseClient.connect(server.address())) {
      Launch question = Launch.of("text-completion").with("prompt", PROMPT).with("max_tokens", 32);
      try (Attachment run = client.run(question)) {
        StringBuilder said = new StringBuilder();
        for (Event event : run) {
          said.append(event.text());
        }
        assertThat(run.result()).isEqualTo(said.toString()).contains("Paris");
      }
      assertThat(client.await(client.launch(question).getId())).contains("Paris");

      try (Attachment talk = client.run(Launch.of("talker"))) {
        talk.send("hello");
        assertThat(talk.next()).isEqualTo(new Event.Message(0, "hello"));
        assertThat(client.process(talk.processId()).getAttached()).isOne();
      }
      assertThatThrownBy(() -> client.await(client.processes(false, true).getLast().getId()))
          .isInstanceOf(InferletFailedException.class);

      assertThatThrownBy(() -> client.process("p0"))
          .isInstanceOfSatisfying(
              BourseException.class, e -> assertThat(e.reason()).isEqualTo("NOT_FOUND"));
      assertThatThrownBy(() -> client.launch(question.limit("contexts", 1 << 30)))
          .isInstanceOfSatisfying(
              BourseException.class,
              e -> assertThat(e.details()).containsEntry("limit", "contexts"));
      try (MarketWatch market = client.market("", Duration.ofMillis(50))) {
        assertThat(market.next()).isNotNull();
        assertThat(market.next()).isNotNull();
      }
      assertThat(client.describe("talker@^1").getProgram().getVersion()).isEqualTo("1.0.0");
      client.deleteProgram("talker", "1.0.0");
      assertThat(client.programs()).noneMatch(program -> program.getName().equals("talker"));
      assertThat(client.snapshots()).isEmpty();
      assertThat(client.models()).hasSize(1);
    }
  }

  @Test
  void aKeyOpensTheServer() {
    String secret = server.keys().create("ann", Role.ADMINISTER, "").secret();
    try (BourseClient client = BourseClient.builder(server.address()).key(secret).build()) {
      assertThat(client.tenants(true)).extracting(tenant -> tenant.getName()).contains("ann");
      String made =
          client.createKey("bob", dev.bourse.proto.v1.Role.ROLE_USE, "laptop").getSecret();
      try (BourseClient bob = BourseClient.builder(server.address()).key(made).build()) {
        assertThat(bob.processes(false, true)).isEmpty();
        assertThatThrownBy(() -> bob.tenants(true))
            .isInstanceOfSatisfying(
                BourseException.class, e -> assertThat(e.reason()).isEqualTo("PERMISSION_DENIED"));
      }
      assertThat(client.keys()).hasSize(2);
    }
  }

  @Test
  void keysAreMadeListedRotatedAndRevoked() throws IOException {
    End made =
        bourse("keys", "create", "--tenant", "ann", "--role", "administer", "--note", "laptop");
    assertThat(made.exitCode()).as(made.err()).isZero();
    assertThat(made.err()).contains("of tenant ann, role administer", "only time that it is shown");
    String ann = made.out().strip();
    assertThat(server.keys().find(ann)).isPresent();

    String bob = as(ann, "keys", "create", "--tenant", "bob").out().strip();
    End list = as(ann, "keys", "list");
    assertThat(list.outLines())
        .hasSize(3)
        .anyMatch(line -> line.contains("ann") && line.endsWith("laptop"));
    assertThat(as(ann, "keys", "list", "--tenant", "bob").outLines())
        .hasSize(2)
        .last()
        .asString()
        .contains("bob", "use");
    String id = server.keys().find(bob).orElseThrow().id();
    assertThat(as(bob, "keys", "list").err()).contains("listing keys takes the role");
    assertThat(as(bob, "keys", "revoke", id).err()).contains("revoking a key takes the role");

    End rotated = as(ann, "keys", "rotate", id);
    String second = rotated.out().strip();
    assertThat(as(bob, "ps").err()).contains("BOURSE_KEY");
    assertThat(as(second, "ps").exitCode()).isZero();
    String secondId = server.keys().find(second).orElseThrow().id();
    assertThat(as(ann, "keys", "revoke", secondId).err())
        .isEqualTo("bourse: key %s of tenant bob opens nothing any more\n".formatted(secondId));
    assertThat(as(second, "ps").err()).contains("BOURSE_KEY");
    assertThat(as(ann, "keys", "revoke", "k0").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(as(ann, "keys", "create", "--tenant", "ann", "--data", ".").err())
        .contains("--data means nothing to the server " + server.address());

    String audit = Files.readString(folder.resolve("audit.jsonl"));
    assertThat(audit)
        .contains("key.create", "key.rotate", "key.revoke")
        .doesNotContain(ann, bob, second);
    assertThat(list.out() + rotated.err()).doesNotContain(ann, bob, second);
  }

  @Test
  void programsAreAddedListedShownAndForgotten() throws IOException {
    String talker = talker().toString();
    assertThat(bourse("program", "add", talker).out()).isEqualTo("talker@1.0.0\n");
    assertThat(bourse("program", "add", talker).out())
        .isEqualTo("talker@1.0.0 (was there already)\n");

    assertThat(bourse("program", "list").outLines())
        .anyMatch(line -> line.matches("talker +1\\.0\\.0 +added +[0-9,]+ +Talks\\."))
        .anyMatch(line -> line.startsWith("text-completion") && line.contains("ships"));
    JsonNode list = JsonMapper.shared().readTree(bourse("program", "list", "--json").out());
    assertThat(list.findValuesAsString("name")).contains("talker", "text-completion");
    assertThat(bourse("program", "show", "talker@^1").out())
        .startsWith("talker@1.0.0: Talks.\n")
        .contains(server.address(), "sha256 ", "versions      1.0.0", "has no parameters");
    assertThat(bourse("program", "show", "text-completion").out())
        .contains("ships with Bourse", "--max-tokens=integer", "Default: 256");
    assertThat(bourse("program", "show", "nothing").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bourse("program", "list", "--programs", ".").err())
        .contains("--programs means nothing to the server");

    assertThat(bourse("program", "rm", "talker").err())
        .contains("say which version, as in talker@1.0.0");
    assertThat(bourse("program", "rm", "text-completion@1.0.0").err())
        .contains("no such program was added");
    End both = bourse("program", "rm", "nobody@1.0.0", "talker@1.0.0");
    assertThat(both.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(both.errLines()).hasSize(1).first().asString().contains("nobody");
    assertThat(bourse("program", "list").out()).doesNotContain("talker");
  }

  @Test
  void anInferletRunsOnAServerAsItDoesHere() throws IOException {
    End run =
        bourse("run", "text-completion", "--prompt", PROMPT, "--timeout", "60", "--max-tokens=32");
    assertThat(run.out()).as(run.err()).isEqualTo("The capital of France is Paris.\n");
    assertThat(run.exitCode()).isZero();
    End bids =
        bourse(
            "run",
            "text-completion",
            "--json",
            "{\"prompt\":\"" + PROMPT + "\"}",
            "--bid",
            "0.01",
            "0.001",
            "--budget-tokens",
            "100",
            "--budget-credits",
            "1",
            "--seed",
            "7");
    assertThat(bids.out()).as(bids.err()).isEqualTo("The capital of France is Paris.\n");

    deployTalker();
    assertThat(typing("hello\n.bye\n", "run", "talker").out()).isEqualTo("hello\n");
    assertThat(bourse("ps").out()).isEmpty();
    End poor = bourse("run", "text-completion", "--prompt", PROMPT, "--budget-tokens", "5");
    assertThat(poor.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(poor.err()).contains("failed: the budget of process");
    assertThat(bourse("run", "talker", "--help").out()).contains("It has no parameters");
    assertThat(bourse("run", "nothing").err()).contains("there are conversation");
    assertThat(bourse("run", "talker", "--seed", "7").err()).contains("has no parameter seed");
    assertThat(bourse("run", "./talker.wasm").err()).contains("bourse deploy brings it one");
    assertThat(bourse("run", "talker", "--bid", "-1", "0").err()).contains("--bid is -1.0");
    assertThat(bourse("run", "talker", "--http", "0").err())
        .contains("--http means nothing to the server");
  }

  @Test
  void snapshotsAreListedShownRenamedAndDeleted() {
    End none = bourse("snapshots", "list");
    assertThat(none.err())
        .isEqualTo("bourse: there are no snapshots on %s\n".formatted(server.address()));
    assertThat(bourse("run", "conversation", "--name", "trip", "--prompt", PROMPT).out())
        .contains("Paris");

    assertThat(bourse("snapshots", "list").outLines())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("trip ")
        .endsWith("Pocket Chat 5M");
    JsonNode shown =
        JsonMapper.shared().readTree(bourse("snapshots", "show", "trip", "--json").out());
    assertThat(shown.required("user").asString()).isEqualTo("local");
    assertThat(shown.required("tokens").asInt()).isPositive();
    assertThat(shown.required("grants").isNull()).isTrue();
    assertThat(bourse("snapshots", "show", "trip").out())
        .contains("name             trip", "expires          never", " on disk, ");

    assertThat(bourse("snapshots", "rename", "trip", "paris").exitCode()).isZero();
    assertThat(bourse("snapshots", "show", "trip").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bourse("snapshots", "rename", "paris", "@ann/paris").err())
        .contains("begins with '@'");
    End both = bourse("snapshots", "rm", "nobody", "paris");
    assertThat(both.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(both.errLines()).hasSize(1).first().asString().contains("nobody");
    assertThat(bourse("snapshots", "list").out()).isEmpty();

    assertThat(bourse("snapshots", "list", "--all-users").err())
        .contains("--all-users means nothing to the server");
    for (String[] local :
        List.of(
            new String[] {"snapshots", "export", "paris", "paris.bin"},
            new String[] {"snapshots", "import", "paris.bin"},
            new String[] {"snapshots", "grant", "paris", "ann"},
            new String[] {"snapshots", "revoke", "paris", "ann"},
            new String[] {"snapshots", "gc"})) {
      End refused = bourse(local);
      assertThat(refused.exitCode()).as(local[1]).isEqualTo(ExitCode.USAGE);
      assertThat(refused.err()).contains("cannot be done over a server").contains(local[1]);
    }
  }

  @Test
  void theMarketOfAServerIsShown() throws IOException {
    assertThat(bourse("run", "text-completion", "--prompt", PROMPT).out()).contains("Paris");
    assertThat(bourse("market", "--once").out()).contains("policy market", "local");
    End lines = bourse("market", "--seconds", "1");
    assertThat(lines.outLines()).hasSize(1).first().asString().startsWith("step ");
    JsonNode report = JsonMapper.shared().readTree(bourse("market", "--once", "--json").out());
    assertThat(report.required("market").required("policy").asString()).isEqualTo("market");
    assertThat(report.required("prices")).isNotEmpty();
    Path metrics = folder.resolve("metrics");
    assertThat(bourse("market", "--once", "--metrics-file", metrics.toString()).exitCode())
        .isZero();
    assertThat(Files.readString(metrics)).contains("bourse_");
    assertThat(bourse("market", "--once", "--model", "none").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(bourse("market", "--once", "--agents", "3").err())
        .contains("--agents means nothing to the server");
  }

  @Test
  void aConversationIsKeptOnTheServerAndOpenedAgain() {
    End first = typing(PROMPT + "\n/save paris\n", "chat");
    assertThat(first.out()).as(first.err()).isEqualTo("The capital of France is Paris.\n");
    assertThat(first.exitCode()).isZero();

    End second = typing("/open nothing\n/open paris\n/sessions\n" + PROMPT + "\n", "chat");
    assertThat(second.err())
        .contains("there is no session \"nothing\"", "\"paris\" goes on: ", "* ");
    assertThat(second.out()).isNotBlank();
    long tokens = snapshotTokens();
    assertThat(tokens).isGreaterThan(25);
    assertThat(typing(PROMPT + "\n", "chat", "paris").exitCode()).isZero();
    assertThat(snapshotTokens()).isGreaterThan(tokens);
    assertThat(bourse("chat", "--model", "none").err()).contains("there is no model \"none\"");
  }

  /** Of the only one that is kept: conversations without a name are forgotten. */
  private long snapshotTokens() {
    try (BourseClient client = BourseClient.connect(server.address())) {
      assertThat(client.snapshots()).hasSize(1);
      return client.snapshot("paris").getTokens();
    }
  }

  private static Stream<String> verbs() {
    return Stream.of(
        "keys create --tenant ann",
        "keys list",
        "keys rotate k1",
        "keys revoke k1",
        "program list",
        "program show text-completion",
        "program rm talker@1.0.0",
        "snapshots list",
        "snapshots show trip",
        "snapshots rename trip paris",
        "snapshots rm trip",
        "run text-completion",
        "market --once",
        "chat");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void aServerThatIsNotThereOrKnowsNobodyIsNamed(String verb) {
    server.keys().create("ann", Role.USE, "");
    End wrong = as("bourse_wrong", verb.split(" "));
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.err()).startsWith("bourse: " + server.address()).contains("BOURSE_KEY");
    assertThat(wrong.out()).isEmpty();

    List<String> nowhere = new ArrayList<>(List.of(verb.split(" ")));
    nowhere.addAll(List.of("--server", "127.0.0.1:1"));
    End nobody = End.bourse(nowhere.toArray(String[]::new));
    assertThat(nobody.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(nobody.err())
        .startsWith("bourse: 127.0.0.1:1: ")
        .contains("cannot be reached", "bourse serve starts one");
    assertThat(nobody.out()).isEmpty();
  }

  @Test
  void whatIsAnotherTenantsDoesNotExist() throws IOException {
    String ann = server.keys().create("ann", Role.DEPLOY, "").secret();
    String bob = server.keys().create("bob", Role.DEPLOY, "").secret();
    assertThat(as(ann, "program", "add", talker().toString()).exitCode()).isZero();
    assertThat(as(ann, "run", "conversation", "--name", "trip", "--prompt", PROMPT).out())
        .contains("Paris");

    assertThat(as(bob, "program", "list").out()).doesNotContain("talker");
    assertThat(as(bob, "program", "show", "talker").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(as(bob, "program", "rm", "talker@1.0.0").err())
        .contains("no such program was added");
    assertThat(as(bob, "run", "talker").err()).contains("there are conversation");
    assertThat(as(bob, "snapshots", "list").out()).isEmpty();
    for (String name : List.of("trip", "@ann/trip")) {
      assertThat(as(bob, "snapshots", "show", name).exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(as(bob, "snapshots", "rename", name, "mine").exitCode())
          .isEqualTo(ExitCode.FAILED);
      assertThat(as(bob, "snapshots", "rm", name).exitCode()).isEqualTo(ExitCode.FAILED);
    }
    assertThat(as(bob, "market", "--once").out()).contains("bob").doesNotContain("ann");
    assertThat(as(ann, "snapshots", "list").out()).contains("trip");
    assertThat(as(ann, "program", "list").out()).contains("talker");
  }

  @Test
  void withoutAServerWhatIsForServersIsRefused() {
    assertThat(End.bourse("program", "list", "--key-file", "key").err())
        .contains("--key-file is for talking to a server; --server HOST:PORT says which");
    assertThat(End.bourse("run", "text-completion", "--tls").exitCode()).isEqualTo(ExitCode.USAGE);
  }
}
