package dev.bourse.host.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compiled modules on disk, so that only the first run of a program pays for compiling it. An entry
 * is the SHA-256 of its content, then the content; one that does not match (a torn write, a bad
 * disk) is treated as absent. The directory belongs to the user and is readable by nobody else,
 * because what it holds is run. Failing to read or write an entry costs time, never correctness.
 *
 * <p>It is bounded: when it has more bytes than it may, the entries that were used least recently
 * go, so that whoever sends program after program fills no disk.
 */
final class CodeCache {
  private static final Logger LOG = System.getLogger(CodeCache.class.getName());
  private static final int DIGEST_BYTES = 32;
  private static final String SUFFIX = ".jar";

  /** What it holds unless it is told otherwise: some hundred programs. */
  static final long BYTES_MAX = 512L << 20;

  /** A part of an entry that is older than this belongs to a writer that has died. */
  private static final Duration PART_AGE_MAX = Duration.ofHours(1);

  private final Path directory;
  private final long bytesMax;

  CodeCache(Path directory) {
    this(directory, BYTES_MAX);
  }

  CodeCache(Path directory, long bytesMax) {
    this.directory = directory;
    this.bytesMax = bytesMax;
  }

  Optional<byte[]> read(String key) {
    Path file = file(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      byte[] entry = Files.readAllBytes(file);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return content(entry);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot read the compiled program " + file, e);
      return Optional.empty();
    }
  }

  /**
   * What the build has compiled already, of the inferlets on the class path: {@link BuiltIns#CODE}.
   */
  static Optional<byte[]> builtIn(String key) {
    return BuiltIns.resource(BuiltIns.CODE + key + SUFFIX).flatMap(CodeCache::content);
  }

  private static Optional<byte[]> content(byte[] entry) {
    if (entry.length < DIGEST_BYTES) {
      return Optional.empty();
    }
    byte[] content = Arrays.copyOfRange(entry, DIGEST_BYTES, entry.length);
    byte[] digest = Arrays.copyOf(entry, DIGEST_BYTES);
    return Arrays.equals(digest, sha256(content)) ? Optional.of(content) : Optional.empty();
  }

  void write(String key, byte[] content) {
    Path file = file(key);
    try {
      createDirectory();
      Path part = Files.createTempFile(directory, key, ".part");
      try {
        byte[] entry = Arrays.copyOf(sha256(content), DIGEST_BYTES + content.length);
        System.arraycopy(content, 0, entry, DIGEST_BYTES, content.length);
        Files.write(part, entry);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
      trim(file);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot keep the compiled program " + file, e);
    }
  }

  void remove(String key) {
    try {
      Files.deleteIfExists(file(key));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot remove the compiled program " + file(key), e);
    }
  }

  /** Removes what was used least recently, but not {@code latest}, until the rest fits. */
  private void trim(Path latest) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        entry(file).ifPresent(entries::add);
      }
    }
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    Instant tooOld = Instant.now().minus(PART_AGE_MAX);
    entries.sort(Comparator.comparing(Entry::used));
    for (Entry entry : entries) {
      boolean abandoned = !entry.isWhole() && entry.used().isBefore(tooOld);
      boolean tooMuch = bytes > bytesMax && entry.isWhole() && !entry.file().equals(latest);
      if (abandoned || tooMuch) {
        Files.deleteIfExists(entry.file());
        bytes -= entry.bytes();
      }
    }
  }

  private record Entry(Path file, long bytes, Instant used) {
    boolean isWhole() {
      return file.toString().endsWith(SUFFIX);
    }
  }

  /** Another process may remove a file that was just listed. */
  private static Optional<Entry> entry(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new Entry(file, attributes.size(), attributes.lastModifiedTime().toInstant()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void createDirectory() throws IOException {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix) {
      var ownerOnly = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnly));
    } else {
      Files.createDirectories(directory);
    }
  }

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
