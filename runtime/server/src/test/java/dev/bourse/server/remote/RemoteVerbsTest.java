package dev.bourse.server.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.client.BourseClient;
import dev.bourse.server.End;
import dev.bourse.server.ExitCode;
import dev.bourse.server.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Verbs that work on this machine as well, against a server. */
@Timeout(120)
class RemoteVerbsTest extends AgainstServer {
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
