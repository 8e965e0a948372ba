package dev.bourse.host.program;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Compiled modules on disk, so that only the first run of a program pays for compiling it. An entry
 * is the SHA-256 of its content, then the content; one that does not match (a torn write, a bad
 * disk) is treated as absent. The directory belongs to the user and is readable by nobody else,
 * because what it holds is run. Failing to read or write an entry costs time, never correctness.
 */
final class CodeCache {
  private static final Logger LOG = System.getLogger(CodeCache.class.getName());
  private static final int DIGEST_BYTES = 32;

  private final Path directory;

  CodeCache(Path directory) {
    this.directory = directory;
  }

  Optional<byte[]> read(String key) {
    Path file = file(key);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      byte[] entry = Files.readAllBytes(file);
      if (entry.length < DIGEST_BYTES) {
        return Optional.empty();
      }
      byte[] content = Arrays.copyOfRange(entry, DIGEST_BYTES, entry.length);
      byte[] digest = Arrays.copyOf(entry, DIGEST_BYTES);
      return Arrays.equals(digest, sha256(content)) ? Optional.of(content) : Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot read the compiled program " + file, e);
      return Optional.empty();
    }
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
    return directory.resolve(key + ".jar");
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
