package dev.bourse.server;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.HostSettings;
import dev.bourse.host.InferletHost;
import dev.bourse.host.process.ServedModel;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.model.Model;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.server.node.ServedModels;
import dev.bourse.tensor.WorkerPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A node on the embedded model, for tests of what is served. */
public final class TestNode implements AutoCloseable {
  private final Model model;
  private final SnapshotStore snapshots;
  private final Engine engine;
  private final InferletHost host;
  private final Node node;

  private TestNode(Path folder, EngineConfig config, NodeSettings settings, AuditLog audit) {
    model = ModelFiles.load(ModelFiles.DEMO, new WorkerPool(1));
    try {
      snapshots = SnapshotStore.open(folder.resolve("snapshots"), StoreConfig.defaults());
    } catch (SnapshotException e) {
      throw new IllegalStateException(e);
    }
    engine = Engine.start(model, config, snapshots);
    ServedModel served = new ServedModel(model.config().name(), engine, new TemplateTurns(model));
    ProgramShelf programs =
        new ProgramShelf(Optional.empty(), Optional.of(folder.resolve("programs")));
    host =
        new InferletHost(
            List.of(served),
            Optional.of(folder.resolve("code")),
            HostSettings.DEFAULT.withPrograms(programs::of));
    node = new Node(new OneModel(served), host, programs, settings, audit);
  }

  /** One model, which stays: how they come and go is tested with a server. */
  private record OneModel(ServedModel served) implements ServedModels {
    @Override
    public List<ServedModel> all() {
      return List.of(served);
    }

    @Override
    public ServedModel add(String file, Consumer<String> progress) {
      throw new ServiceException(Reason.NOT_FOUND, "there is no model to add");
    }

    @Override
    public Runnable withdraw(String name) {
      throw new ServiceException(Reason.FAILED_PRECONDITION, "this is the only model");
    }
  }

  /** A node that keeps its data in {@code folder}. */
  public static TestNode start(Path folder) {
    return start(folder, NodeSettings.DEFAULT);
  }

  public static TestNode start(Path folder, NodeSettings settings) {
    return start(folder, settings, AuditLog.none());
  }

  public static TestNode start(Path folder, NodeSettings settings, AuditLog audit) {
    return new TestNode(folder, EngineConfig.defaults(8192), settings, audit);
  }

  /** A node with an engine of some shape. */
  public static TestNode start(Path folder, EngineConfig config) {
    return new TestNode(folder, config, NodeSettings.DEFAULT, AuditLog.none());
  }

  public Node node() {
    return node;
  }

  public Engine engine() {
    return engine;
  }

  public InferletHost host() {
    return host;
  }

  @Override
  public void close() {
    node.close();
    engine.close();
    try {
      snapshots.close();
    } catch (SnapshotException e) {
      throw new IllegalStateException(e);
    }
    model.close();
  }
}
