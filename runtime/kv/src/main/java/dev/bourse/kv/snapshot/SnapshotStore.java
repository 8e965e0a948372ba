package dev.bourse.kv.snapshot;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A folder of snapshots. Any number of stores, in this and other processes, may have the same
 * folder open. Safe for use by any thread; an interrupted thread finishes what it does.
 *
 * <p>Every method throws {@link SnapshotException}, with the reason, if it cannot do what it
 * promises. After one with {@link Reason#IO} a change may have been made or not, but not half.
 */
public final class SnapshotStore implements AutoCloseable {
  private final StoreState state;
  private final StoreFolder folder;

  private SnapshotStore(StoreState state) {
    this.state = state;
    this.folder = state.folder();
  }

  /** Opens a folder, which is created where there is none. */
  public static SnapshotStore open(Path folder, StoreConfig config) throws SnapshotException {
    return open(new FileStorage(), folder, config);
  }

  static SnapshotStore open(Storage storage, Path folder, StoreConfig config)
      throws SnapshotException {
    return StoreState.failing(
        "cannot open the snapshot folder " + folder,
        () -> new SnapshotStore(new StoreState(StoreFolder.open(storage, folder), config)));
  }

  /**
   * Saves a snapshot; it is on disk when this returns. Pages that are on disk already, for whatever
   * name, are not written again.
   *
   * @param pages one for each page of the manifest that is not dropped, in order
   * @param replace whether a snapshot of this name may be there; it is replaced as a whole
   * @return where the pages lie now, in the same order
   */
  public List<StoredPage> save(
      SnapshotName name, SnapshotManifest manifest, List<PageSource> pages, boolean replace)
      throws SnapshotException {
    requirePages(manifest, pages);
    return state.locked(
        "cannot save " + name,
        () -> {
          if (!replace) {
            state.requireFree(name);
          }
          return new Saver(state).save(name, manifest, pages);
        });
  }

  private static void requirePages(SnapshotManifest manifest, List<PageSource> pages) {
    if (pages.size() != manifest.storedPages()) {
      throw new IllegalArgumentException(
          manifest.storedPages() + " pages are to be stored, but " + pages.size() + " are given");
    }
    long bytes = manifest.fingerprint().layout().pageBytes();
    for (PageSource page : pages) {
      if ((page.bytes() != null && page.bytes().byteSize() != bytes)
          || (page.stored() != null && page.stored().bytes() != bytes)) {
        throw new IllegalArgumentException("page " + page.key() + " has not " + bytes + " bytes");
      }
    }
  }

  /** Opens a snapshot without reading its pages. */
  public StoredSnapshot open(SnapshotName name) throws SnapshotException {
    String what = "cannot open " + name;
    StoredSnapshot found = StoreState.failing(what, () -> read(name));
    // Somebody may have replaced it after the manifest was read, and collected its segments: with
    // the lock held, what is missing is missing.
    return found.isWhole() ? found : state.locked(what, () -> read(name));
  }

  private StoredSnapshot read(SnapshotName name) throws IOException {
    try {
      StoredManifest stored = folder.read(name);
      if (stored.manifest().expiredAt(state.config().clock().instant())) {
        throw StoreState.notFound(name);
      }
      return new StoredSnapshot(
          stored.manifest(), state.segments().open(stored.pages(), stored.pageBytes()));
    } catch (NoSuchFileException e) {
      throw StoreState.notFound(name);
    }
  }

  /**
   * Opens a snapshot and deletes its name, in one step. Pages whose segment is missing do not hold
   * it up, they are lost; a segment that is there and cannot be opened does.
   */
  public StoredSnapshot take(SnapshotName name) throws SnapshotException {
    return state.locked(
        "cannot take " + name,
        () -> {
          StoredSnapshot snapshot = read(name);
          // What cannot be opened now may be readable later, as long as it has a name.
          snapshot.requireNoFailure();
          remove(name);
          return snapshot;
        });
  }

  /** Deletes a name, damaged or not. Its bytes are given back by {@link #collect}. */
  public void delete(SnapshotName name) throws SnapshotException {
    state.locked(
        "cannot delete " + name,
        () -> {
          state.require(name);
          return remove(name);
        });
  }

  private SnapshotName remove(SnapshotName name) throws IOException {
    state.announce();
    folder.storage().delete(folder.manifest(name));
    folder.syncNames(name.user());
    state.catalog().remove(name);
    return name;
  }

  /** Gives a snapshot another name of the same user, which must be free. */
  public void rename(SnapshotName from, String to) throws SnapshotException {
    SnapshotName target = new SnapshotName(from.user(), to);
    state.locked(
        "cannot rename " + from + " to '" + to + "'",
        () -> {
          state.require(from);
          state.requireFree(target);
          state.announce();
          folder.storage().move(folder.manifest(from), folder.manifest(target));
          folder.syncNames(from.user());
          state.catalog().remove(from);
          state.catalog().remove(target);
          return target;
        });
  }

  /**
   * Lets another user open a snapshot: whether somebody may is for the caller to check, by the
   * grants of the manifest.
   */
  public void grant(SnapshotName name, String user) throws SnapshotException {
    SnapshotName.requireUser(user);
    changeGrants(name, grants -> grants.add(user));
  }

  /** Takes a grant back; there need not be one. What is open stays open. */
  public void revoke(SnapshotName name, String user) throws SnapshotException {
    changeGrants(name, grants -> grants.remove(user));
  }

  private void changeGrants(SnapshotName name, Consumer<Set<String>> change)
      throws SnapshotException {
    state.locked(
        "cannot change the grants of " + name,
        () -> {
          state.require(name);
          StoredManifest stored = folder.read(name);
          Set<String> grants = new HashSet<>(stored.manifest().grants());
          change.accept(grants);
          StoredManifest changed = stored.with(stored.manifest().withGrants(grants));
          return new Saver(state).replace(name, changed);
        });
  }

  /** The snapshots of a user in order of their names, damaged ones with their problem. */
  public List<SnapshotInfo> list(String user) throws SnapshotException {
    SnapshotName.requireUser(user);
    return state.locked(
        "cannot list the snapshots of " + user, () -> new Listing(state).ofUser(user));
  }

  /** One snapshot, damaged or not. */
  public SnapshotInfo describe(SnapshotName name) throws SnapshotException {
    return state.locked("cannot describe " + name, () -> new Listing(state).of(name));
  }

  /** Users who have snapshots, in order. */
  public List<String> users() throws SnapshotException {
    return state.locked("cannot list the users", () -> new Listing(state).users());
  }

  /** Writes a snapshot to one file, a zip archive, which must not be there yet. */
  public void exportTo(SnapshotName name, Path file) throws SnapshotException {
    StoredSnapshot snapshot = open(name);
    StoreState.failing(
        "cannot export " + name + " to " + file,
        () -> ArchiveWriter.write(folder.storage(), file, snapshot));
  }

  /** Saves what {@link #exportTo} wrote under a free name. */
  public void importFrom(Path file, SnapshotName as, PageKeys keys) throws SnapshotException {
    importFrom(file, as, keys, false);
  }

  /**
   * Saves what {@link #exportTo} wrote. The pages get a lineage of their own, {@code import:} and
   * the SHA-256 of the file, so that nobody else trusts their bytes; grants and an expiry are not
   * taken over.
   *
   * @param keys derives the keys of the manifest with that lineage
   * @param replace whether a snapshot of this name may be there; it is replaced as a whole
   */
  public void importFrom(Path file, SnapshotName as, PageKeys keys, boolean replace)
      throws SnapshotException {
    StoreState.failing(
        "cannot import " + file,
        () -> {
          try (ArchiveReader archive = ArchiveReader.open(folder.storage(), file)) {
            return state.locked(
                "cannot import " + file,
                () -> {
                  if (!replace) {
                    state.requireFree(as);
                  }
                  return new Saver(state).save(as, archive, keys);
                });
          }
        });
  }

  /**
   * Deletes what no name refers to: expired names, dead segments, leftovers of crashes; rewrites
   * segments that are mostly dead. Snapshots that are open are not affected.
   */
  public Collected collect() throws SnapshotException {
    return state.locked("cannot collect", () -> new Collector(state).collect());
  }

  /** Closes the files; pages of this store cannot be read any more. */
  @Override
  public void close() throws SnapshotException {
    StoreState.failing(
        "cannot close the snapshot folder",
        () -> {
          state.segments().close();
          return state;
        });
  }
}
