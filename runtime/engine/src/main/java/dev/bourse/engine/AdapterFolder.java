package dev.bourse.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where adapters are read from and written to: {@code shared}, which its owner fills and every user
 * reads, and {@code users/NAME}, one for each user, who alone reads and writes it. A path that a
 * guest gives never leads out of them.
 *
 * <p>Safe to use from any thread.
 */
final class AdapterFolder {
  /** Files that a user may have there. */
  static final int FILES_MAX = 256;

  private static final int PATH_CHARACTERS_MAX = 255;
  private static final String SHARED = "shared";
  private static final String USERS = "users";

  private final Path folder;
  private final long bytesMax;

  /**
   * @param bytesMax that the files of a user may have together
   */
  AdapterFolder(Path folder, long bytesMax) {
    this.folder = folder.toAbsolutePath();
    this.bytesMax = bytesMax;
  }

  /**
   * A file, or a folder with one: the user's own before that of all.
   *
   * @throws EngineException if there is none, or the path leads elsewhere
   */
  Path find(String user, String path) {
    for (Path root : List.of(own(user), folder.resolve(SHARED))) {
      Path file = root.resolve(relative(path));
      if (Files.exists(file)) {
        return requireInside(root, file, path);
      }
    }
    throw new EngineException(
        "there is no adapter file \"" + path + "\", neither of " + user + " nor for all users");
  }

  /**
   * Writes a file of the user's own, as a whole or not at all.
   *
   * @throws EngineException if the path leads elsewhere, the quota is used up, or the disk fails
   */
  synchronized void write(String user, String path, byte[] bytes) {
    Path root = own(user);
    Path file = root.resolve(relative(path));
    try {
      Files.createDirectories(root);
      requireRoom(root, file, user, bytes.length);
      Files.createDirectories(parent(file));
      requireInside(root, parent(file), path);
      if (Files.isDirectory(file)) {
        throw new EngineException("\"" + path + "\" is a folder: save under another name");
      }
      Path temporary = Files.createTempFile(root, ".saving", null);
      try {
        Files.write(temporary, bytes);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (FileSystemException e) {
      // The whole path is none of the guest's business.
      throw new EngineException(
          "adapter file \"" + path + "\" cannot be written: " + e.getReason(), e);
    } catch (IOException e) {
      throw new EngineException("adapter file \"" + path + "\" cannot be written", e);
    }
  }

  private void requireRoom(Path root, Path file, String user, long bytes) throws IOException {
    long used = bytes;
    int files = 1;
    try (Stream<Path> all = Files.walk(root)) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        if (!one.equals(file)) {
          files++;
          used += size(one);
        }
      }
    }
    if (files > FILES_MAX || used > bytesMax) {
      throw new EngineException(
          "%s would have %d adapter files of %d bytes, allowed are %d of %d"
              .formatted(user, files, used, FILES_MAX, bytesMax));
    }
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalStateException(file + " is inside of a folder");
    }
    return parent;
  }

  /** A user's folder; whatever is in a name, it is one name there. */
  private Path own(String user) {
    StringBuilder name = new StringBuilder("u-");
    for (byte b : user.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-';
      name.append(plain ? Character.toString(b) : "_%02x".formatted(b));
    }
    return folder.resolve(USERS).resolve(name.toString());
  }

  private static Path relative(String path) {
    Path relative;
    try {
      relative = Path.of(path);
    } catch (InvalidPathException e) {
      throw new EngineException("\"" + path + "\" is no path: " + e.getReason(), e);
    }
    boolean hidden = false;
    for (Path part : relative) {
      hidden |= part.toString().isEmpty() || part.toString().startsWith(".");
    }
    if (relative.isAbsolute() || hidden || path.length() > PATH_CHARACTERS_MAX) {
      throw new EngineException(
          "\""
              + path
              + "\" is no path of an adapter: relative, without parts that begin with a dot, at most "
              + PATH_CHARACTERS_MAX
              + " characters");
    }
    return relative;
  }

  /** Refuses links that lead out. */
  private static Path requireInside(Path root, Path file, String path) {
    try {
      if (!file.toRealPath().startsWith(root.toRealPath())) {
        throw new EngineException("adapter file \"" + path + "\" leads out of its folder");
      }
      return file.toRealPath();
    } catch (IOException e) {
      throw new EngineException("adapter file \"" + path + "\" cannot be read", e);
    }
  }
}
