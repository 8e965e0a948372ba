package dev.bourse.bench;

import dev.bourse.demo.DemoModel;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.program.Program;
import dev.bourse.model.Model;
import dev.bourse.sdk.Session;
import dev.bourse.server.TemplateTurns;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What adapters cost in a decode step, and what guesses save: text generated with and without them
 * in turns, by an inferlet that runs as trusted Java.
 */
public final class DecodeBench {
  private DecodeBench() {}

  /** No arguments. */
  public static void main(String[] args) throws Exception {
    System.setProperty("bourse.kernels", System.getProperty("bourse.kernels", "vector"));
    Report report = new Report(System.out);
    try (Model model = Model.load(DemoModel.NAME, DemoModel::bytes);
        TemporaryFolder folder = TemporaryFolder.create()) {
      EngineConfig config = EngineConfig.defaults(4096).withAdapters(folder.path());
      AdapterTimes.writeFiles(folder.path(), model.config());
      try (Engine engine = Engine.start(model, config)) {
        ServedModel served = new ServedModel(DemoModel.NAME, engine, new TemplateTurns(model));
        inSession(served, session -> AdapterTimes.report(report, session.model()));
        inSession(served, session -> DraftTimes.report(report, session.model()));
      }
    }
  }

  private static void inSession(ServedModel served, Consumer<Session> work) {
    try (InferletHost host = new InferletHost(List.of(served), Optional.empty())) {
      Program program =
          Program.of(
              "bench",
              () ->
                  session -> {
                    work.accept(session);
                    return "";
                  });
      LaunchRequest request =
          LaunchRequest.of(program, "{}").withCapabilities(Capabilities.of(Capability.ADAPTERS));
      if (host.launch(request).outcome().join() instanceof Outcome.Failed failed) {
        throw new IllegalStateException(failed.message());
      }
    }
  }
}
