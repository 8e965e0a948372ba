package dev.bourse.host.wasi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the paths of guests, one component after the other, against a directory that they hold.
 * What would lead above that directory is refused, whether by {@code ..}, by a symbolic link or by
 * a slash at the front.
 *
 * <p>Source: WASI 0.2, {@code wasi:filesystem}, "path resolution".
 */
final class GuestPaths {
  private GuestPaths() {}

  /** Bytes of a path. */
  static final int PATH_BYTES_MAX = 4096;

  /** Bytes of a name. */
  static final int NAME_BYTES_MAX = 255;

  /** Links that are followed on the way. */
  private static final int LINKS_MAX = 40;

  /**
   * A path without links, save that it may itself be one.
   *
   * @param mustBeDirectory whether the guest wrote a slash at its end
   */
  record Resolved(Path path, boolean mustBeDirectory) {}

  /**
   * Resolves {@code path}, whose last component need not exist.
   *
   * @param follow whether to go on to what the last component points to
   */
  static Resolved resolve(Path base, String path, boolean follow)
      throws IOException, FileException {
    check(path);
    boolean directory = endsAsDirectory(path);
    Deque<String> names = new ArrayDeque<>(split(path));
    Deque<Path> way = new ArrayDeque<>();
    way.push(base);
    int links = 0;
    while (!names.isEmpty()) {
      String name = names.pop();
      if (name.equals("..")) {
        way.pop();
        if (way.isEmpty()) {
          throw new FileException(ErrorCode.NOT_PERMITTED);
        }
        continue;
      }
      Path next = child(way.getFirst(), name);
      boolean last = names.isEmpty();
      if (last && !follow && !directory) {
        way.push(next);
        continue;
      }
      BasicFileAttributes attributes = attributes(next);
      if (attributes == null) {
        if (!last) {
          throw new FileException(ErrorCode.NO_ENTRY);
        }
        way.push(next);
      } else if (attributes.isSymbolicLink()) {
        if (++links > LINKS_MAX) {
          throw new FileException(ErrorCode.LOOP);
        }
        String target = Files.readSymbolicLink(next).toString();
        check(target);
        List<String> steps = split(target);
        directory |= last && endsAsDirectory(target);
        for (int i = steps.size() - 1; i >= 0; i--) {
          names.push(steps.get(i));
        }
      } else {
        if (!last && !attributes.isDirectory()) {
          throw new FileException(ErrorCode.NOT_DIRECTORY);
        }
        way.push(next);
      }
    }
    return new Resolved(way.getFirst(), directory);
  }

  /** Fails for what no path can be. */
  static void check(String path) throws FileException {
    if (path.isEmpty()) {
      throw new FileException(ErrorCode.NO_ENTRY);
    }
    if (path.startsWith("/")) {
      throw new FileException(ErrorCode.NOT_PERMITTED);
    }
    if (path.indexOf('\0') >= 0) {
      throw new FileException(ErrorCode.INVALID);
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > PATH_BYTES_MAX) {
      throw new FileException(ErrorCode.NAME_TOO_LONG);
    }
  }

  private static boolean endsAsDirectory(String path) {
    return path.endsWith("/") || path.endsWith("/.") || path.equals(".");
  }

  private static List<String> split(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(name -> !name.isEmpty() && !name.equals("."))
        .toList();
  }

  private static Path child(Path directory, String name) throws FileException {
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
      throw new FileException(ErrorCode.NAME_TOO_LONG);
    }
    try {
      return directory.resolve(name);
    } catch (InvalidPathException e) {
      throw new FileException(ErrorCode.ILLEGAL_BYTE_SEQUENCE);
    }
  }

  /** Null if there is nothing of that name. */
  static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
