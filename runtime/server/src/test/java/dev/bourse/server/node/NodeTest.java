package dev.bourse.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.server.TestNode;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine as a service, for callers of several tenants. */
@Timeout(120)
class NodeTest {
  private static final Caller ANN = new Caller("ann", Role.DEPLOY, "a");
  private static final Caller BOB = new Caller("bob", Role.DEPLOY, "b");
  private static final Caller OPERATOR = new Caller("ops", Role.ADMINISTER, "o");

  @TempDir static Path folder;
  private TestNode served;
  private Node node;

  @BeforeEach
  void start() {
    served = TestNode.start(folder);
    node = served.node();
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static Launch completion(int tokens) {
    return Launch.of(
        "text-completion",
        "{\"prompt\": \"What is the capital of France?\", \"max_tokens\": %d}".formatted(tokens));
  }

  private static AbstractThrowableAssert<?, ?> refused(Reason reason, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aProcessRunsAndWhatItSaidIsKept() throws Exception {
    NodeProcess process = node.launch(ANN, completion(256));
    Outcome outcome = process.ended().join().outcome();

    assertThat(outcome).isInstanceOf(Outcome.Finished.class);
    assertThat(process.program()).isEqualTo("text-completion");
    StringBuilder said = new StringBuilder();
    try (EventLog.Reader reader = process.log().read(0)) {
      while (reader.next() instanceof EventLog.Next.Said(long offset, Event.Message(String text))) {
        said.append(text);
      }
    }
    assertThat(said).hasToString(((Outcome.Finished) outcome).result()).contains("Paris");
    assertThat(node.process(ANN, process.id())).isSameAs(process);
    assertThat(node.processes(ANN, false, false)).isEmpty();
    assertThat(node.processes(ANN, false, true)).containsExactly(process);
  }

  @Test
  void whatBelongsToAnotherTenantDoesNotExist() {
    NodeProcess process = node.launch(ANN, completion(4));

    refused(Reason.NOT_FOUND, () -> node.process(BOB, process.id()))
        .hasMessage("there is no process %s, or not any more".formatted(process.id()));
    assertThat(node.processes(BOB, false, true)).isEmpty();
    refused(Reason.PERMISSION_DENIED, () -> node.processes(BOB, true, true));
    assertThat(node.processes(OPERATOR, true, true)).containsExactly(process);
    assertThat(node.process(OPERATOR, process.id())).isSameAs(process);
  }

  @Test
  void whatIsWrongWithALaunchIsSaid() {
    refused(Reason.NOT_FOUND, () -> node.launch(ANN, Launch.of("nothing", "{}")))
        .hasMessageContaining("text-completion");
    refused(Reason.INVALID_ARGUMENT, () -> node.launch(ANN, Launch.of("text-completion", "{}")))
        .hasMessageContaining("prompt");
    refused(Reason.INVALID_ARGUMENT, () -> node.launch(ANN, Launch.of("text-completion", "nope")));
    refused(
            Reason.INVALID_ARGUMENT,
            () -> node.launch(ANN, completion(1).withLimits(Map.of("contexts", 1_000_000L))))
        .hasMessageContaining("contexts")
        .hasMessageContaining("256");
    refused(
        Reason.INVALID_ARGUMENT,
        () -> node.launch(ANN, completion(1).withLimits(Map.of("wings", 2L))));
    refused(
        Reason.BUDGET_EXCEEDED,
        () ->
            node.launch(
                ANN, completion(1).withBudget(OptionalDouble.of(1e18), OptionalLong.empty())));
    refused(
        Reason.INVALID_ARGUMENT,
        () -> node.launch(ANN, completion(1).withBid(new Launch.Bid(-1, 0))));
    assertThat(node.processes(ANN, false, true)).isEmpty();
  }

  @Test
  void aBudgetEndsWhatItDoesNotReachFor() {
    NodeProcess process =
        node.launch(ANN, completion(64).withBudget(OptionalDouble.empty(), OptionalLong.of(5)));
    assertThat(process.ended().join().outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.message()).contains("budget"));
  }

  @Test
  void aProcessCanBeStopped() {
    NodeProcess process = node.launch(ANN, completion(100_000));
    process.terminate("enough");
    assertThat(process.ended().join().outcome())
        .isEqualTo(new Outcome.Failed(FailureKind.TERMINATED, "enough"));
    refused(Reason.FAILED_PRECONDITION, () -> process.send("hello"));
  }

  @Test
  void aTenantHasSoManyProcessesAndNoMore() {
    served.close();
    served = TestNode.start(folder, NodeSettings.DEFAULT.withProcessesPerTenant(2));
    node = served.node();
    List<NodeProcess> processes =
        List.of(node.launch(ANN, completion(100_000)), node.launch(ANN, completion(100_000)));

    refused(Reason.LIMIT_EXCEEDED, () -> node.launch(ANN, completion(1)))
        .hasMessageContaining("ann has 2 processes");
    NodeProcess other = node.launch(BOB, completion(1));
    processes.getFirst().terminate("enough");
    processes.getFirst().ended().join();
    NodeProcess next = node.launch(ANN, completion(1));

    processes.forEach(process -> process.terminate("enough"));
    assertThat(other.ended().join().outcome()).isInstanceOf(Outcome.Finished.class);
    assertThat(next.ended().join().outcome()).isInstanceOf(Outcome.Finished.class);
  }

  @Test
  void aTenantsProgramsAreItsOwn() {
    byte[] wasm = node.program(ANN, "text-completion").wasm();
    String manifest =
        """
        name = "mine"
        version = "1.0.0"
        description = "Mine alone."
        """;
    node.deploy(ANN, manifest, wasm, false);

    assertThat(node.programs(ANN, Optional.of("mine"))).hasToString("[mine@1.0.0]");
    assertThat(node.programs(BOB, Optional.of("mine"))).isEmpty();
    refused(Reason.NOT_FOUND, () -> node.launch(BOB, Launch.of("mine", "{}")));
    refused(Reason.NOT_FOUND, () -> node.remove(BOB, "mine", "1.0.0"));
    refused(
        Reason.PERMISSION_DENIED,
        () -> node.deploy(new Caller("ann", Role.USE, "u"), manifest, wasm, false));
    refused(Reason.INVALID_ARGUMENT, () -> node.deploy(ANN, manifest, new byte[] {1, 2, 3}, false));
    node.remove(ANN, "mine", "1.0.0");
    assertThat(node.programs(ANN, Optional.of("mine"))).isEmpty();
  }

  @Test
  void aNodeThatDrainsFinishesWhatRuns() throws Exception {
    NodeProcess process = node.launch(ANN, completion(32));
    assertThat(node.drain(Duration.ofSeconds(60))).isZero();
    assertThat(process.ended().join().outcome()).isInstanceOf(Outcome.Finished.class);
    refused(Reason.UNAVAILABLE, () -> node.launch(ANN, completion(1)));
  }

  @Test
  void nothingIsLeftWhenProcessesHaveEnded() {
    NodeProcess process = node.launch(ANN, completion(16));
    process.ended().join();
    served.engine().check();
    assertThat(served.engine().pageUse().free()).isEqualTo(served.engine().pageUse().pages());
    assertThat(served.host().processes()).isEmpty();
  }
}
