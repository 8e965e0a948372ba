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
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.node.ProgramShelf;
import dev.bourse.tensor.WorkerPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A node on the embedded model, for tests of what is served. */
public final class TestNode implements AutoCloseable {
  private final Model model;
  private final SnapshotStore snapshots;
  private final Engine engine;
  private final InferletHost host;
  private final Node node;

  private TestNode(Path folder, NodeSettings settings, AuditLog audit) {
    model = ModelFiles.load(ModelFiles.DEMO, new WorkerPool(1));
    try {
      snapshots = SnapshotStore.open(folder.resolve("snapshots"), StoreConfig.defaults());
    } catch (SnapshotException e) {
      throw new IllegalStateException(e);
    }
    engine = Engine.start(model, EngineConfig.defaults(8192), snapshots);
    ServedModel served = new ServedModel(model.config().name(), engine, new TemplateTurns(model));
    ProgramShelf programs =
        new ProgramShelf(Optional.empty(), Optional.of(folder.resolve("programs")));
    host =
        new InferletHost(
            List.of(served),
            Optional.of(folder.resolve("code")),
            HostSettings.DEFAULT.withPrograms(programs::of));
    node = new Node(List.of(served), host, programs, settings, audit);
  }

  /** A node that keeps its data in {@code folder}. */
  public static TestNode start(Path folder) {
    return start(folder, NodeSettings.DEFAULT);
  }

  public static TestNode start(Path folder, NodeSettings settings) {
    return start(folder, settings, AuditLog.none());
  }

  public static TestNode start(Path folder, NodeSettings settings, AuditLog audit) {
    return new TestNode(folder, settings, audit);
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
