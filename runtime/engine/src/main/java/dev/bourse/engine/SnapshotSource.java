package dev.bourse.engine;

import dev.bourse.kv.snapshot.SnapshotException;
import dev.bourse.kv.snapshot.SnapshotStore;

/**
 * Where an engine's snapshots are. It is asked when somebody first asks for a name: whoever saves
 * nothing needs no folder. Safe for use by any thread.
 */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * The store, the same one each time.
   *
   * @throws SnapshotException if it cannot be opened
   */
  SnapshotStore store() throws SnapshotException;
}
