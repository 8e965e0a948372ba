package dev.bourse.host.wasi;

import dev.bourse.host.abi.ResourceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory that a guest holds ({@code wasi:filesystem/types.descriptor}), and what can
 * be done with it.
 *
 * @param flags its {@code descriptor-flags}
 * @param key which object of the volume it is
 * @param file open, or null for a directory
 */
record Descriptor(Volume volume, Path path, int flags, Object key, @Nullable OpenFile file) {
  static final ResourceType<Descriptor> TYPE =
      ResourceType.of("descriptor", Descriptor.class, Descriptor::close);

  // descriptor-flags
  static final int READ = 1;
  static final int WRITE = 2;
  static final int MUTATE_DIRECTORY = 32;

  // open-flags
  private static final int CREATE = 1;
  private static final int DIRECTORY = 2;
  private static final int EXCLUSIVE = 4;
  private static final int TRUNCATE = 8;

  /** The directory at the top of a volume. */
  static Descriptor top(Volume volume) throws IOException, FileException {
    return directory(volume, volume.root(), attributes(volume.root()));
  }

  private static Descriptor directory(Volume volume, Path path, BasicFileAttributes attributes) {
    int flags = volume.isWritable() ? READ | MUTATE_DIRECTORY : READ;
    return new Descriptor(volume, path, flags, key(path, attributes), null);
  }

  /** Which object it is, as far as the file system says. */
  private static Object key(Path path, BasicFileAttributes attributes) {
    return Objects.requireNonNullElse(attributes.fileKey(), path);
  }

  private static BasicFileAttributes attributes(Path path) throws IOException, FileException {
    BasicFileAttributes attributes = GuestPaths.attributes(path);
    if (attributes == null) {
      throw new FileException(ErrorCode.NO_ENTRY);
    }
    return attributes;
  }

  private void close() {
    if (file != null) {
      file.release();
    }
  }

  boolean isDirectory() {
    return file == null;
  }

  boolean isSame(Descriptor other) {
    return volume.equals(other.volume) && key.equals(other.key);
  }

  // Files

  /** The file, to be read. */
  OpenFile readable() throws FileException {
    return file(READ);
  }

  /** The file, to be written. */
  OpenFile writable() throws FileException {
    return file(WRITE);
  }

  private OpenFile file(int needed) throws FileException {
    if (file == null) {
      throw new FileException(ErrorCode.IS_DIRECTORY);
    }
    if ((flags & needed) == 0) {
      throw new FileException(ErrorCode.BAD_DESCRIPTOR);
    }
    return file;
  }

  FileStat stat() throws IOException, FileException {
    BasicFileAttributes attributes = GuestPaths.attributes(path);
    if (attributes != null && key(path, attributes).equals(key)) {
      return FileStat.of(path, attributes);
    }
    if (file == null) {
      throw new FileException(ErrorCode.NO_ENTRY);
    }
    return FileStat.ofUnlinked(file.size());
  }

  /** {@code record metadata-hash-value}: differs when the file has changed. */
  Object[] metadataHash() throws IOException, FileException {
    return hash(stat(), key);
  }

  Object[] metadataHashAt(String name, boolean follow) throws IOException, FileException {
    Path found = existing(name, follow);
    BasicFileAttributes attributes = attributes(found);
    return hash(FileStat.of(found, attributes), key(found, attributes));
  }

  private Object[] hash(FileStat stat, Object object) {
    UUID hash =
        UUID.nameUUIDFromBytes(
            "%s %s %d %s %s"
                .formatted(volume.guestPath(), object, stat.size(), stat.modified(), stat.changed())
                .getBytes(StandardCharsets.UTF_8));
    return new Object[] {hash.getLeastSignificantBits(), hash.getMostSignificantBits()};
  }

  void setTimes(NewTime accessed, NewTime modified) throws IOException, FileException {
    if (file == null) {
      requireMutable();
    } else {
      OpenFile _ = writable();
    }
    setTimes(path, accessed, modified);
  }

  // Directories

  private void requireDirectory() throws FileException {
    if (file != null) {
      throw new FileException(ErrorCode.NOT_DIRECTORY);
    }
  }

  private void requireMutable() throws FileException {
    requireDirectory();
    if ((flags & MUTATE_DIRECTORY) == 0) {
      throw new FileException(ErrorCode.READ_ONLY);
    }
  }

  /** What is at {@code name}. */
  private Path existing(String name, boolean follow) throws IOException, FileException {
    requireDirectory();
    GuestPaths.Resolved resolved = GuestPaths.resolve(path, name, follow);
    if (!attributes(resolved.path()).isDirectory() && resolved.mustBeDirectory()) {
      throw new FileException(ErrorCode.NOT_DIRECTORY);
    }
    return resolved.path();
  }

  /** Where something of that name can be made. */
  private Path vacant(String name, boolean asDirectory) throws IOException, FileException {
    requireMutable();
    GuestPaths.Resolved resolved = GuestPaths.resolve(path, name, false);
    if (GuestPaths.attributes(resolved.path()) != null) {
      throw new FileException(ErrorCode.EXIST);
    }
    if (resolved.mustBeDirectory() && !asDirectory) {
      throw new FileException(ErrorCode.NO_ENTRY);
    }
    volume.requireRoomForEntry();
    return resolved.path();
  }

  List<Path> list() throws IOException, FileException {
    requireDirectory();
    return volume.list(path);
  }

  FileStat statAt(String name, boolean follow) throws IOException, FileException {
    Path found = existing(name, follow);
    return FileStat.of(found, attributes(found));
  }

  void setTimesAt(String name, boolean follow, NewTime accessed, NewTime modified)
      throws IOException, FileException {
    requireMutable();
    setTimes(existing(name, follow), accessed, modified);
  }

  private static void setTimes(Path path, NewTime accessed, NewTime modified)
      throws IOException, FileException {
    Optional<FileTime> access = accessed.time();
    Optional<FileTime> modification = modified.time();
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modification.orElse(null), access.orElse(null), null);
  }

  Descriptor openAt(String name, boolean follow, int openFlags, int wanted)
      throws IOException, FileException {
    requireDirectory();
    boolean changes = (wanted & (WRITE | MUTATE_DIRECTORY)) != 0;
    if (changes || (openFlags & (CREATE | TRUNCATE)) != 0) {
      requireMutable();
    }
    if ((openFlags & CREATE) != 0 && (openFlags & DIRECTORY) != 0) {
      throw new FileException(ErrorCode.INVALID);
    }
    GuestPaths.Resolved resolved =
        GuestPaths.resolve(path, name, follow && (openFlags & EXCLUSIVE) == 0);
    BasicFileAttributes found = GuestPaths.attributes(resolved.path());
    if (found == null) {
      return create(resolved, openFlags, wanted);
    }
    if ((openFlags & CREATE) != 0 && (openFlags & EXCLUSIVE) != 0) {
      throw new FileException(ErrorCode.EXIST);
    }
    if (found.isSymbolicLink()) {
      throw new FileException(ErrorCode.LOOP);
    }
    if (found.isDirectory()) {
      if ((wanted & WRITE) != 0 || (openFlags & TRUNCATE) != 0) {
        throw new FileException(ErrorCode.IS_DIRECTORY);
      }
      return directory(volume, resolved.path(), found);
    }
    if ((openFlags & DIRECTORY) != 0 || resolved.mustBeDirectory()) {
      throw new FileException(ErrorCode.NOT_DIRECTORY);
    }
    Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
    if (volume.isWritable()) {
      options.add(StandardOpenOption.WRITE);
    }
    if ((openFlags & TRUNCATE) != 0) {
      options.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    return open(resolved.path(), options, wanted);
  }

  private Descriptor create(GuestPaths.Resolved resolved, int openFlags, int wanted)
      throws IOException, FileException {
    if ((openFlags & CREATE) == 0 || resolved.mustBeDirectory()) {
      throw new FileException(ErrorCode.NO_ENTRY);
    }
    volume.requireRoomForEntry();
    return open(
        resolved.path(),
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
        wanted);
  }

  private Descriptor open(Path found, Set<OpenOption> options, int wanted)
      throws IOException, FileException {
    OpenFile opened = new OpenFile(volume, volume.open(found, options));
    try {
      int granted = wanted & (READ | WRITE);
      return new Descriptor(
          volume, found, granted == 0 ? READ : granted, key(found, attributes(found)), opened);
    } catch (IOException | FileException e) {
      opened.release();
      throw e;
    }
  }

  void createDirectoryAt(String name) throws IOException, FileException {
    var _ = Files.createDirectory(vacant(name, true));
  }

  void symlinkAt(String target, String name) throws IOException, FileException {
    GuestPaths.check(target);
    Path link = vacant(name, false);
    var _ = Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
  }

  String readLinkAt(String name) throws IOException, FileException {
    Path link = existing(name, false);
    if (!attributes(link).isSymbolicLink()) {
      throw new FileException(ErrorCode.INVALID);
    }
    String target = Files.readSymbolicLink(link).toString();
    GuestPaths.check(target);
    return target;
  }

  void linkAt(String name, boolean follow, Descriptor other, String newName)
      throws IOException, FileException {
    requireMutable();
    Path old = existing(name, follow);
    other.requireMutable();
    if (!volume.equals(other.volume)) {
      throw new FileException(ErrorCode.CROSS_DEVICE);
    }
    if (!attributes(old).isRegularFile()) {
      throw new FileException(ErrorCode.NOT_PERMITTED);
    }
    var _ = Files.createLink(other.vacant(newName, false), old);
  }

  void renameAt(String name, Descriptor other, String newName) throws IOException, FileException {
    requireMutable();
    Path from = existing(name, false);
    other.requireMutable();
    if (!volume.equals(other.volume)) {
      throw new FileException(ErrorCode.CROSS_DEVICE);
    }
    GuestPaths.Resolved target = GuestPaths.resolve(other.path, newName, false);
    Path to = target.path();
    boolean directory = attributes(from).isDirectory();
    if (target.mustBeDirectory() && !directory) {
      throw new FileException(ErrorCode.NOT_DIRECTORY);
    }
    if (from.equals(path) || to.equals(other.path)) {
      throw new FileException(ErrorCode.INVALID);
    }
    if (to.equals(from)) {
      return;
    }
    if (to.startsWith(from) || from.startsWith(to)) {
      throw new FileException(to.startsWith(from) ? ErrorCode.INVALID : ErrorCode.NOT_EMPTY);
    }
    BasicFileAttributes replaced = GuestPaths.attributes(to);
    if (replaced != null && replaced.isDirectory() != directory) {
      throw new FileException(directory ? ErrorCode.NOT_DIRECTORY : ErrorCode.IS_DIRECTORY);
    }
    var _ = Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  void removeDirectoryAt(String name) throws IOException, FileException {
    requireMutable();
    Path found = existing(name, false);
    if (!attributes(found).isDirectory()) {
      throw new FileException(ErrorCode.NOT_DIRECTORY);
    }
    if (found.equals(path)) {
      throw new FileException(ErrorCode.INVALID);
    }
    Files.delete(found);
  }

  void unlinkFileAt(String name) throws IOException, FileException {
    requireMutable();
    Path found = existing(name, false);
    if (attributes(found).isDirectory()) {
      throw new FileException(ErrorCode.IS_DIRECTORY);
    }
    Files.delete(found);
  }
}
