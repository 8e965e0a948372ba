package dev.bourse.kv.snapshot;

import java.nio.file.Path;
import java.util.List;

/**
 * A folder of snapshots. Any number of stores, in this and other processes, may have the same
 * folder open. Safe for use by any thread.
 *
 * <p>Every method throws {@link SnapshotException}, with the reason, if it cannot do what it
 * promises.
 */
@SuppressWarnings("DoNotCallSuggester") // nothing is stored yet
public final class SnapshotStore implements AutoCloseable {
  private SnapshotStore() {}

  /** Opens a folder, which is created where there is none. */
  public static SnapshotStore open(Path folder, StoreConfig config) throws SnapshotException {
    throw missing();
  }

  /**
   * Saves a snapshot; it is on disk when this returns.
   *
   * @param pages one for each page of the manifest that is not dropped, in order
   * @param replace whether a snapshot of this name may be there; it is replaced as a whole
   * @return where the pages lie now, in the same order
   */
  public List<StoredPage> save(
      SnapshotName name, SnapshotManifest manifest, List<PageSource> pages, boolean replace)
      throws SnapshotException {
    throw missing();
  }

  /** Opens a snapshot without reading its pages. */
  public StoredSnapshot open(SnapshotName name) throws SnapshotException {
    throw missing();
  }

  /** Opens a snapshot and deletes its name, in one step. */
  public StoredSnapshot take(SnapshotName name) throws SnapshotException {
    throw missing();
  }

  /** Deletes a name, damaged or not. */
  public void delete(SnapshotName name) throws SnapshotException {
    throw missing();
  }

  /** Gives a snapshot another name of the same user, which must be free. */
  public void rename(SnapshotName from, String to) throws SnapshotException {
    throw missing();
  }

  /** Lets another user open a snapshot. */
  public void grant(SnapshotName name, String user) throws SnapshotException {
    throw missing();
  }

  /** Takes a grant back; there need not be one. */
  public void revoke(SnapshotName name, String user) throws SnapshotException {
    throw missing();
  }

  /** The snapshots of a user in order of their names, damaged ones with their problem. */
  public List<SnapshotInfo> list(String user) throws SnapshotException {
    throw missing();
  }

  /** One snapshot, damaged or not. */
  public SnapshotInfo describe(SnapshotName name) throws SnapshotException {
    throw missing();
  }

  /** Users who have snapshots, in order. */
  public List<String> users() throws SnapshotException {
    throw missing();
  }

  /** Writes a snapshot to one file, a zip archive, which must not be there yet. */
  public void exportTo(SnapshotName name, Path file) throws SnapshotException {
    throw missing();
  }

  /**
   * Saves what {@link #exportTo} wrote under a free name. The pages get a lineage of their own,
   * {@code import:} and the SHA-256 of the file, so that nobody else trusts their bytes; grants and
   * an expiry are not taken over.
   *
   * @param keys derives the keys of the manifest with that lineage
   */
  public void importFrom(Path file, SnapshotName as, PageKeys keys) throws SnapshotException {
    throw missing();
  }

  /**
   * Deletes what no name refers to: expired names, dead segments, leftovers of crashes; rewrites
   * segments that are mostly dead.
   */
  public Collected collect() throws SnapshotException {
    throw missing();
  }

  /** Closes the files; pages of this store cannot be read any more. */
  @Override
  public void close() {}

  private static SnapshotException missing() {
    return new SnapshotException(SnapshotException.Reason.IO, "the store cannot do this yet");
  }
}
