package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Adapter;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServer;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramLoader;
import dev.bourse.host.program.WasmProgram;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A host with everything that guests can use, for guests that call imports as tests say. */
final class AbiHost implements AutoCloseable {
  private static final int KV_TOKENS = 4096;

  /** One message for each line that comes: the version that is spoken, or something. */
  private static final String SERVER =
      """
      while read -r line; do
        id=${line#*\\"id\\":}
        id=${id%%,*}
        case "$line" in
          *initialize\\"*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-06-18"}}' ;;
          *\\"id\\"*) echo '{"jsonrpc":"2.0","id":'$id',"result":{"any":1}}' ;;
        esac
      done
      """;

  /** What a guest that has said nothing ends with. */
  private static final String NO_RESULT = "the inferlet ended without a result";

  /** What a guest does. */
  interface Calls {
    void make(AbiCalls calls) throws Exception;
  }

  private final AbiGuest guest = new AbiGuest();
  private final Samples samples = new Samples(guest);
  private final Model model;
  private final SnapshotStore store;
  private final Engine engine;
  private final InferletHost host;
  private final WasmProgram program;

  AbiHost(Path folder) throws Exception {
    model = TestModel.load();
    store = SnapshotStore.open(folder.resolve("store"), StoreConfig.defaults());
    EngineConfig config = EngineConfig.defaults(KV_TOKENS).withAdapters(folder.resolve("adapters"));
    engine = Engine.start(model, config, store);
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty(),
            List.of(guest.scriptModule()),
            new Network(NetworkSettings.DEFAULT),
            McpSettings.DEFAULT.withServers(
                Map.of(
                    Samples.SERVER, new McpServer.Program(List.of("sh", "-c", SERVER), Map.of()))));
    program = guest.load(host, Execution.COMPILED);
  }

  AbiGuest guest() {
    return guest;
  }

  Samples samples() {
    return samples;
  }

  ProgramLoader programs() {
    return host.programs();
  }

  Engine engine() {
    return engine;
  }

  InferletHost host() {
    return host;
  }

  /** Starts a guest that makes {@code calls}. */
  InferletProcess start(Limits limits, Calls calls) {
    return start(limits, Capabilities.ALL, calls);
  }

  InferletProcess start(Limits limits, Capabilities granted, Calls calls) {
    return guest.launch(
        host, program, limits, granted, player -> calls.make(new AbiCalls(player, samples)));
  }

  /** Runs a guest to its end, and sees to it that nothing of it is left. */
  Outcome run(Limits limits, Calls calls) throws Exception {
    AtomicReference<Guest> used = new AtomicReference<>();
    InferletProcess process =
        start(
            limits,
            made -> {
              used.set(made.player().guest());
              calls.make(made);
            });
    Outcome outcome = process.outcome().get(60, TimeUnit.SECONDS);
    assertThat(used.get().openHandles()).as("open handles").isZero();
    untilZero("futures", () -> used.get().futures().taken());
    untilZero("held bytes", () -> used.get().heldBytes());
    untilZero("pages in use", () -> engine.pageUse().pages() - engine.pageUse().free());
    untilZero("processes", () -> host.processes().size());
    // They are the user's, and outlive the process.
    engine.adapters().list(Engine.LOCAL_USER).forEach(Adapter::destroy);
    return outcome;
  }

  interface Count {
    long now();
  }

  /** What the engine computes just now is let go of when the step is over. */
  static void untilZero(String what, Count count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (count.now() != 0) {
      assertThat(System.nanoTime()).as("%s: %d are left", what, count.now()).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  /** Whether the guest came to the end of its script. */
  static boolean isOver(Outcome outcome) {
    return outcome.equals(new Failed(FailureKind.ERROR, NO_RESULT));
  }

  @Override
  public void close() throws Exception {
    host.close();
    engine.check();
    engine.close();
    store.close();
    model.close();
  }
}
