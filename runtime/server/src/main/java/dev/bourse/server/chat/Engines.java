package dev.bourse.server.chat;

import dev.bourse.engine.Engine;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.TemplateTurns;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.ServedModels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Models of this process, each with an engine; closing it closes them all. */
final class Engines implements ServedModels, AutoCloseable {
  private final List<Model> loaded = new ArrayList<>();
  private final List<Engine> engines = new ArrayList<>();
  private final List<ServedModel> models = new ArrayList<>();

  private Engines() {}

  /**
   * Loads models and starts their engines.
   *
   * @param names files, or {@link dev.bourse.server.ModelFiles#DEMO}
   */
  static Engines start(List<String> names, EngineOptions options, SnapshotFolder snapshots) {
    Engines all = new Engines();
    try {
      names.forEach(name -> all.add(name, options, snapshots));
      return all;
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  private void add(String file, EngineOptions options, SnapshotFolder snapshots) {
    Model model = options.load(file);
    loaded.add(model);
    String name = model.config().name();
    if (models.stream().anyMatch(other -> other.name().equals(name))) {
      throw CommandException.usage(
          "two of the models are called %s; /model asks for them by name".formatted(name));
    }
    Engine engine = options.start(model, 0, snapshots);
    engines.add(engine);
    models.add(new ServedModel(name, engine, new TemplateTurns(model)));
  }

  /** In the order in which they were named; there is one at least. */
  @Override
  public List<ServedModel> all() {
    return List.copyOf(models);
  }

  @Override
  public ServedModel add(String file, Consumer<String> progress) {
    throw fixed();
  }

  @Override
  public Runnable withdraw(String name) {
    throw fixed();
  }

  private static ServiceException fixed() {
    return new ServiceException(
        Reason.FAILED_PRECONDITION, "a chat keeps the models that it began with");
  }

  @Override
  public void close() {
    engines.forEach(Engine::close);
    loaded.forEach(Model::close);
  }
}
