package dev.bourse.host.wasi;

import dev.bourse.host.process.Mount;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A folder of the host, to be read. Whatever is opened is reached from the folder step by step
 * without following a link, so nobody who changes the tree meanwhile can lead the way out of it.
 */
final class MountedFolder implements Volume {
  /** Entries that a directory may have to be listed. */
  private static final int ENTRIES_MAX = 100_000;

  /** Files that one process may have open at once, each with a descriptor of the host's. */
  private static final int OPEN_FILES_MAX = 128;

  private final Mount mount;
  private int openFiles;

  MountedFolder(Mount mount) {
    this.mount = mount;
  }

  @Override
  public String guestPath() {
    return mount.guestPath();
  }

  @Override
  public Path root() {
    return mount.folder();
  }

  @Override
  public boolean isWritable() {
    return false;
  }

  private interface Step<T> {
    T in(SecureDirectoryStream<Path> directory, Path name) throws IOException, FileException;
  }

  @Override
  public SeekableByteChannel open(Path file, Set<OpenOption> options)
      throws IOException, FileException {
    if (openFiles == OPEN_FILES_MAX) {
      throw new FileException(ErrorCode.INSUFFICIENT_MEMORY);
    }
    SeekableByteChannel channel = openFile(file);
    openFiles++;
    return channel;
  }

  @Override
  public void closed() {
    openFiles--;
  }

  private SeekableByteChannel openFile(Path file) throws IOException, FileException {
    return reach(
        file,
        (directory, name) -> {
          var attributes =
              directory
                  .getFileAttributeView(
                      name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                  .readAttributes();
          if (!attributes.isRegularFile()) {
            // To open a pipe would wait for whoever writes to it.
            throw new FileException(ErrorCode.NOT_PERMITTED);
          }
          return directory.newByteChannel(
              name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        });
  }

  @Override
  public List<Path> list(Path directory) throws IOException, FileException {
    if (directory.equals(root())) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(root())) {
        return list(directory, entries);
      }
    }
    return reach(
        directory,
        (parent, name) -> {
          try (DirectoryStream<Path> entries =
              parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            return list(directory, entries);
          }
        });
  }

  private static List<Path> list(Path directory, DirectoryStream<Path> entries)
      throws FileException {
    List<Path> names = new ArrayList<>();
    for (Path entry : entries) {
      if (names.size() == ENTRIES_MAX) {
        throw new FileException(ErrorCode.OVERFLOW);
      }
      names.add(directory.resolve(entry.getFileName()));
    }
    return names;
  }

  /** Goes to the directory of {@code path} and takes the last step there. */
  private <T> T reach(Path path, Step<T> last) throws IOException, FileException {
    try (DirectoryStream<Path> top = Files.newDirectoryStream(root())) {
      if (!(top instanceof SecureDirectoryStream<Path> directory)) {
        // This platform's directories can only be opened by their whole paths.
        throw new FileException(ErrorCode.UNSUPPORTED);
      }
      return reach(directory, root().relativize(path), 0, last);
    }
  }

  private static <T> T reach(
      SecureDirectoryStream<Path> directory, Path names, int depth, Step<T> last)
      throws IOException, FileException {
    Path name = names.getName(depth);
    if (depth + 1 == names.getNameCount()) {
      return last.in(directory, name);
    }
    try (SecureDirectoryStream<Path> next =
        directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      return reach(next, names, depth + 1, last);
    }
  }

  @Override
  public void requireRoomForEntry() throws FileException {
    throw new FileException(ErrorCode.READ_ONLY);
  }

  @Override
  public void requireLength(long bytes) throws FileException {
    throw new FileException(ErrorCode.READ_ONLY);
  }
}
