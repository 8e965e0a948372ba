package dev.bourse.server;

import dev.bourse.engine.EngineException;
import dev.bourse.engine.SnapshotSource;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import org.jspecify.annotations.Nullable;

/** The folder that a user named, opened and perhaps made when the first inferlet needs it. */
final class SnapshotFolder implements SnapshotSource, AutoCloseable {
  private final SnapshotOptions options;
  private @Nullable SnapshotStore store;

  SnapshotFolder(SnapshotOptions options) {
    this.options = options;
  }

  @Override
  public synchronized SnapshotStore store() throws SnapshotException {
    SnapshotStore open = store;
    if (open == null) {
      try {
        open = SnapshotStore.open(options.folder(), StoreConfig.defaults());
      } catch (CommandException e) {
        throw new EngineException(String.valueOf(e.getMessage()));
      }
      store = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    if (store != null) {
      try {
        store.close();
      } catch (SnapshotException e) {
        throw CommandException.badFile(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
