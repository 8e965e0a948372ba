package dev.bourse.host;

import dev.bourse.engine.Budget;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.Program;
import dev.bourse.host.program.ProgramException;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import dev.bourse.sdk.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An engine with a store, and scripts ({@link ScriptInferlet}) that run on it. */
final class Scripts implements AutoCloseable {
  /** Where the inferlet runs. */
  enum Place {
    WASM,
    JAVA
  }

  private static final int KV_TOKENS = 4096;

  final SnapshotStore store;
  final Engine engine;
  final InferletHost host;

  private Scripts(SnapshotStore store, Engine engine) {
    this.store = store;
    this.engine = engine;
    this.host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(engine.model()))),
            Optional.empty());
  }

  static Scripts on(Model model, Path folder) throws SnapshotException {
    return on(model, folder, config -> config);
  }

  static Scripts on(Model model, Path folder, UnaryOperator<StoreConfig> config)
      throws SnapshotException {
    SnapshotStore store = SnapshotStore.open(folder, config.apply(StoreConfig.defaults()));
    return new Scripts(store, Engine.start(model, EngineConfig.defaults(KV_TOKENS), store));
  }

  /** What the script tells, when {@code local} runs it. */
  String run(Place place, String... script) throws Exception {
    return runAs("local", place, script);
  }

  /** As {@link #run(Place, String...)}, with a budget of its own. */
  String run(Place place, Budget budget, String... script) throws Exception {
    return TestHosts.result(end("local", place, budget, script));
  }

  String runAs(String user, Place place, String... script) throws Exception {
    return TestHosts.result(end(user, place, null, script));
  }

  Outcome end(String user, Place place, @Nullable Budget budget, String... script)
      throws Exception {
    Program program = program(host, place);
    String input = input(String.join("\n", script));
    return host.launch(LaunchRequest.of(program, input).withUsername(user).withBudget(budget))
        .outcome()
        .get(120, TimeUnit.SECONDS);
  }

  static Program program(InferletHost host, Place place) throws ProgramException {
    return switch (place) {
      case JAVA -> Program.of("script", ScriptInferlet::new);
      case WASM -> host.programs().load("script", wasm(), Execution.COMPILED);
    };
  }

  /** What {@link ScriptInferlet} takes. */
  static String input(String script) {
    return JsonWriter.canonical(Map.of("script", script));
  }

  private static byte[] wasm() {
    String resource = "/test/inferlets/script/script.wasm";
    try (InputStream in = Scripts.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws SnapshotException {
    host.close();
    engine.check();
    engine.close();
    store.close();
  }
}
