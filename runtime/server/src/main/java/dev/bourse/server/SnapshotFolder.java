package dev.bourse.server;

import dev.bourse.engine.EngineException;
import dev.bourse.engine.SnapshotSource;
import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The folder that a user named, opened and perhaps made when the first inferlet needs it. */
public final class SnapshotFolder implements SnapshotSource, AutoCloseable {
  private final Supplier<Path> folder;
  private @Nullable SnapshotStore store;

  /**
   * A folder that need not exist.
   *
   * @param folder says where, or why not
   */
  public SnapshotFolder(Supplier<Path> folder) {
    this.folder = folder;
  }

  @Override
  public synchronized SnapshotStore store() throws SnapshotException {
    SnapshotStore open = store;
    if (open == null) {
      try {
        open = SnapshotStore.open(folder.get(), StoreConfig.defaults());
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
