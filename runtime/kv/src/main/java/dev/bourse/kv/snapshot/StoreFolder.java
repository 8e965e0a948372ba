package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * The files of a store:
 *
 * <pre>
 * names/USER/NAME.snapshot    manifests
 * segments/ID.segment         pages
 * tmp/                        files being written
 * lock                        held around each change
 * stamp                       another number before each change
 * </pre>
 *
 * <p>Files that are named otherwise are nobody's business here. Used with the lock held, but for
 * {@link #read} and the paths.
 */
final class StoreFolder {
  private static final String MANIFEST = ".snapshot";
  private static final String SEGMENT = ".segment";
  private static final Pattern SEGMENT_FILE = Pattern.compile("[0-9a-f]{64}\\.segment");

  private final Storage storage;
  private final Path root;
  private final Path names;
  private final Path segments;
  private final Path temporary;
  private final Set<String> durableUsers = new HashSet<>();
  private boolean durableSegments;

  private StoreFolder(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
    this.names = root.resolve("names");
    this.segments = root.resolve("segments");
    this.temporary = root.resolve("tmp");
  }

  /** Opens a folder, which is created where there is none. */
  static StoreFolder open(Storage storage, Path path) throws IOException {
    Path root = path.toAbsolutePath();
    StoreFolder folder = new StoreFolder(storage, root);
    List<Path> changed = new ArrayList<>(List.of(root));
    for (Path around = root.getParent(); around != null; around = around.getParent()) {
      changed.add(around);
      if (storage.size(around).isPresent()) {
        break;
      }
    }
    storage.createFolder(folder.names);
    storage.createFolder(folder.segments);
    storage.createFolder(folder.temporary);
    for (Path each : changed) {
      try {
        storage.syncFolder(each);
      } catch (AccessDeniedException e) {
        // Whoever may not list a folder has not created one in it.
      }
    }
    return folder;
  }

  Storage storage() {
    return storage;
  }

  Closeable lock() throws IOException {
    return storage.lock(root.resolve("lock"));
  }

  /** A number that is another one after a change, by whatever process. */
  long stamp() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
    try (Storage.File file = storage.open(root.resolve("stamp"), Storage.Access.UPDATE)) {
      file.readFully(bytes, 0);
      return bytes.getLong(0);
    } catch (EOFException e) {
      return 0;
    }
  }

  /** Announces a change, before it is made: whoever is killed in between has told nothing false. */
  long newStamp() throws IOException {
    long stamp = ThreadLocalRandom.current().nextLong();
    try (Storage.File file = storage.open(root.resolve("stamp"), Storage.Access.UPDATE)) {
      file.writeFully(ByteBuffer.allocate(Long.BYTES).putLong(0, stamp), 0);
    }
    return stamp;
  }

  /** Users that have, or had, a name. */
  List<String> users() throws IOException {
    return storage.list(names).stream()
        .flatMap(file -> FileNames.decode(file).stream())
        .filter(user -> name(user, "any").isPresent())
        .sorted()
        .toList();
  }

  List<SnapshotName> names(String user) throws IOException {
    return storage.list(userFolder(user)).stream()
        .filter(file -> file.endsWith(MANIFEST))
        .map(file -> file.substring(0, file.length() - MANIFEST.length()))
        .flatMap(file -> FileNames.decode(file).stream())
        .flatMap(name -> name(user, name).stream())
        .sorted()
        .toList();
  }

  /** Ids of the segments there are. */
  List<String> segments() throws IOException {
    return storage.list(segments).stream()
        .filter(file -> SEGMENT_FILE.matcher(file).matches())
        .map(file -> file.substring(0, file.length() - SEGMENT.length()))
        .sorted()
        .toList();
  }

  /** Files that were being written when somebody was killed, to whoever holds the lock. */
  List<Path> leftovers() throws IOException {
    return storage.list(temporary).stream().map(temporary::resolve).toList();
  }

  Path manifest(SnapshotName name) {
    return userFolder(name.user()).resolve(FileNames.encode(name.name()) + MANIFEST);
  }

  Path segment(String id) {
    return segments.resolve(id + SEGMENT);
  }

  OptionalLong segmentSize(String id) throws IOException {
    return storage.size(segment(id));
  }

  /** A path that is not used yet. */
  Path newTemporary() {
    return temporary.resolve(Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36));
  }

  StoredManifest read(SnapshotName name) throws IOException {
    try (Storage.File file = storage.open(manifest(name), Storage.Access.READ)) {
      return ManifestFile.read(file);
    }
  }

  /** Writes a file of this contents; it is on disk, but has no name yet. */
  Path write(byte[] contents) throws IOException {
    Path path = newTemporary();
    try (Storage.File file = storage.open(path, Storage.Access.CREATE)) {
      file.writeFully(ByteBuffer.wrap(contents), 0);
      file.sync();
    } catch (IOException e) {
      discard(path, e);
      throw e;
    }
    return path;
  }

  /** Deletes a file that is of no use any more, because of a failure that matters more. */
  void discard(Path path, IOException because) {
    try {
      if (storage.size(path).isPresent()) {
        storage.delete(path);
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /** Somebody else may have begun to change files, or a change of ours has failed. */
  void forget() {
    durableSegments = false;
  }

  /** Makes sure that there is a folder for the user's names, durably; nobody deletes it. */
  void prepareUser(String user) throws IOException {
    if (storage.size(userFolder(user)).isEmpty() || !durableUsers.contains(user)) {
      storage.createFolder(userFolder(user));
      storage.syncFolder(names);
      durableUsers.add(user);
    }
  }

  /** Makes what was created, moved or deleted among a user's names durable. */
  void syncNames(String user) throws IOException {
    storage.syncFolder(userFolder(user));
  }

  /** Gives a segment that is on disk its name. */
  void publishSegment(Path temporary, String id) throws IOException {
    durableSegments = false;
    storage.move(temporary, segment(id));
  }

  /**
   * Makes the names of all segments durable, also of those that others have written: they may have
   * been killed before they could.
   */
  void syncSegments() throws IOException {
    if (!durableSegments) {
      storage.syncFolder(segments);
      durableSegments = true;
    }
  }

  private Path userFolder(String user) {
    return names.resolve(FileNames.encode(user));
  }

  private static Optional<SnapshotName> name(String user, String name) {
    try {
      return Optional.of(new SnapshotName(user, name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
