package dev.bourse.kv.snapshot;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The folder, and what this process knows about it. Operations hold the folder's lock, so that they
 * follow one after the other, whichever process they are of.
 */
final class StoreState {
  /** An operation, or a part of one. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException;
  }

  private final StoreFolder folder;
  private final StoreConfig config;
  private final OpenSegments segments;
  private final Catalog catalog;
  private final PageIndex index;
  private long stamp;
  private boolean announced;

  StoreState(StoreFolder folder, StoreConfig config) {
    this.folder = folder;
    this.config = config;
    this.segments = new OpenSegments(folder);
    this.catalog = new Catalog(folder);
    this.index = new PageIndex(folder, segments);
  }

  StoreFolder folder() {
    return folder;
  }

  StoreConfig config() {
    return config;
  }

  OpenSegments segments() {
    return segments;
  }

  Catalog catalog() {
    return catalog;
  }

  PageIndex index() {
    return index;
  }

  /** Runs something with the folder's lock held. */
  <T> T locked(String what, Step<T> step) throws SnapshotException {
    return failing(
        what,
        () -> {
          try (Closeable lock = folder.lock()) {
            segments.requireOpen();
            begin();
            boolean done = false;
            try {
              T result = step.run();
              done = true;
              return result;
            } finally {
              if (announced && !done) {
                forget();
              }
            }
          }
        });
  }

  /** To be called before something is changed: others, and we if it fails, have to look anew. */
  void announce() throws IOException {
    if (!announced) {
      announced = true;
      stamp = folder.newStamp();
    }
  }

  /** Runs something, and says what failed where a file did. */
  static <T> T failing(String what, Step<T> step) throws SnapshotException {
    try {
      return step.run();
    } catch (SnapshotException e) {
      throw e;
    } catch (IOException e) {
      throw SnapshotException.of(what, e);
    }
  }

  private void begin() throws IOException {
    long current = folder.stamp();
    if (current != stamp) {
      forget();
      stamp = current;
    }
    announced = false;
    index.begin();
  }

  /** The files are not as they were known. */
  void forget() {
    folder.forget();
    catalog.clear();
    index.outdated();
  }

  /** A name that is there and has not expired; it may be damaged. */
  Summary require(SnapshotName name) throws IOException {
    return visible(name).orElseThrow(() -> notFound(name));
  }

  void requireFree(SnapshotName name) throws IOException {
    if (visible(name).isPresent()) {
      throw new SnapshotException(
          Reason.EXISTS, "there is a snapshot " + name + " already: delete it, or replace it");
    }
  }

  private Optional<Summary> visible(SnapshotName name) throws IOException {
    return catalog.find(name).filter(found -> !found.expiredAt(config.clock().instant()));
  }

  /** The names of a user, or of all, that are there and have not expired. */
  List<Summary> visible(List<Summary> names) {
    return names.stream().filter(name -> !name.expiredAt(config.clock().instant())).toList();
  }

  /**
   * Refuses what would be more than the user may have.
   *
   * @param refs pages on disk that the name is going to refer to
   * @param newBytes of pages to be written, and of the manifest
   */
  void requireQuota(SnapshotName name, Set<PageRef> refs, long pageBytes, long newBytes)
      throws IOException {
    Usage others =
        Usage.of(
            visible(catalog.ofUser(name.user())).stream()
                .filter(other -> !other.name().equals(name))
                .toList());
    long more = newBytes + refs.stream().filter(page -> !others.refersTo(page)).count() * pageBytes;
    if (others.bytes() + more > config.bytesPerUser()) {
      throw new SnapshotException(
          Reason.LIMIT,
          ("%s needs %,d bytes, and the other snapshots of %s have %,d of the %,d bytes that a user"
                  + " may have: delete some of them, or raise the quota")
              .formatted(name, more, name.user(), others.bytes(), config.bytesPerUser()));
    }
  }

  static SnapshotException notFound(SnapshotName name) {
    return new SnapshotException(Reason.NOT_FOUND, "there is no snapshot " + name);
  }
}
