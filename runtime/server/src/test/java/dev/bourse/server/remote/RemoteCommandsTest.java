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
import dev.bourse.server.access.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line, and the client library below it, against a server. */
@Timeout(120)
class RemoteCommandsTest extends AgainstServer {
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

      String stopped;
      try (Attachment talk = client.run(Launch.of("talker"))) {
        stopped = talk.processId();
        talk.send("hello");
        assertThat(talk.next()).isEqualTo(new Event.Message(0, "hello"));
        assertThat(client.process(talk.processId()).getAttached()).isOne();
      }
      assertThatThrownBy(() -> client.await(stopped)).isInstanceOf(InferletFailedException.class);

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
}
