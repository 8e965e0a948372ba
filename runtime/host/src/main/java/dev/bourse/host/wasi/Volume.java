package dev.bourse.host.wasi;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A tree of files that an inferlet can use: its scratch directory, or a mounted folder. Paths given
 * to it are resolved ({@link GuestPaths}): they lie under {@link #root} and no part of them but
 * perhaps the last is a symbolic link.
 */
interface Volume {

  /** Where the guest finds it. */
  String guestPath();

  Path root();

  boolean isWritable();

  /** Opens a regular file, and no other; never follows a link. */
  SeekableByteChannel open(Path file, Set<OpenOption> options) throws IOException, FileException;

  /** One file that was opened is closed. */
  default void closed() {}

  /** The entries of a directory, by name; never follows a link. */
  List<Path> list(Path directory) throws IOException, FileException;

  /**
   * Makes sure that there is room for one more file, directory or link.
   *
   * @throws FileException if there is not
   */
  void requireRoomForEntry() throws FileException;

  /**
   * Makes sure that a file may be as long as this.
   *
   * @throws FileException if it may not
   */
  void requireLength(long bytes) throws FileException;
}
