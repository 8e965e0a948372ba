package dev.bourse.server.serve;

import dev.bourse.engine.Engine;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.TemplateTurns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The engines of a server's models, each with a model; closing it closes them all. */
final class ServedEngines implements AutoCloseable {
  private static final Duration BALANCES_EVERY = Duration.ofSeconds(1);

  private final List<Model> models = new ArrayList<>();
  private final List<Engine> engines = new ArrayList<>();
  private final List<ServedModel> served = new ArrayList<>();

  private final BalanceKeeper balances;

  private ServedEngines(BalanceKeeper balances) {
    this.balances = balances;
  }

  /**
   * Loads models and starts their engines.
   *
   * @param names files, or {@link dev.bourse.server.ModelFiles#DEMO}
   * @param file what tenants have, before and after
   */
  static ServedEngines start(
      List<String> names, EngineOptions options, SnapshotFolder snapshots, BalancesFile file) {
    ServedEngines all = new ServedEngines(new BalanceKeeper(file, BALANCES_EVERY));
    try {
      for (String name : names) {
        all.add(name, options, snapshots);
      }
      return all;
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  private void add(String file, EngineOptions options, SnapshotFolder snapshots) {
    Model model = options.load(file);
    models.add(model);
    String name = model.config().name();
    if (served.stream().anyMatch(other -> other.name().equals(name))) {
      throw CommandException.usage(
          "two of the models are called %s; inferlets ask for them by name".formatted(name));
    }
    Engine engine = options.start(model, 0, snapshots);
    engines.add(engine);
    balances.add(name, engine);
    served.add(new ServedModel(name, engine, new TemplateTurns(model)));
  }

  /** The models, in the order in which they were named. */
  List<ServedModel> models() {
    return List.copyOf(served);
  }

  @Override
  public void close() {
    engines.forEach(Engine::close);
    // Processes have ended, and what they had is their tenants' again.
    balances.close();
    models.forEach(Model::close);
  }
}
