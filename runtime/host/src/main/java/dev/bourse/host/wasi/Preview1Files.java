package dev.bourse.host.wasi;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.process.Limit;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a guest of preview 1 may ask of files, checked before Chicory does it: Chicory's functions
 * know the directory they are confined to, but no quota, no longest name, no most open files, and
 * take the lengths of buffers as they are told. One for each guest.
 */
final class Preview1Files {
  // errno, as WASI preview 1 numbers them
  static final int SUCCESS = 0;
  static final int BAD_DESCRIPTOR = 8;
  private static final int QUOTA = 19;
  private static final int FILE_TOO_LARGE = 22;
  static final int INVALID = 28;
  private static final int TOO_MANY_OPEN_FILES = 33;
  private static final int NAME_TOO_LONG = 37;

  private static final int CREATE = 1;
  private static final int SEEK_SET = 0;

  /** Buffers in one call. */
  private static final int BUFFERS_MAX = 1024;

  /** Where a function has paths among its arguments: (pointer, length) begins there. */
  private static final Map<String, int[]> PATHS =
      Map.of(
          "path_create_directory", new int[] {1},
          "path_filestat_get", new int[] {2},
          "path_filestat_set_times", new int[] {2},
          "path_link", new int[] {2, 5},
          "path_open", new int[] {2},
          "path_readlink", new int[] {1},
          "path_remove_directory", new int[] {1},
          "path_rename", new int[] {1, 4},
          "path_symlink", new int[] {0, 3},
          "path_unlink_file", new int[] {1});

  private final Volume volume;
  private final long fileBytesMax;
  private final long openFilesMax;
  private long openFiles;

  Preview1Files(Volume volume, Guest guest) {
    this.volume = volume;
    this.fileBytesMax = guest.limits().max(Limit.FILE_BYTES);
    this.openFilesMax = guest.limits().max(Limit.HANDLES);
  }

  /** The error with which a call ends before it begins, if it does. */
  OptionalInt refuse(Guest guest, String function, long[] arguments) {
    int error = checkPaths(guest, function, arguments);
    if (error == SUCCESS) {
      error =
          switch (function) {
            case "path_open" -> checkOpen((int) arguments[4]);
            case "path_create_directory", "path_link", "path_symlink" -> checkEntry();
            case "fd_pwrite" -> checkEnd(arguments[3], 0);
            case "fd_allocate" -> checkEnd(arguments[1], arguments[2]);
            case "fd_filestat_set_size" -> checkEnd(arguments[1], 0);
            case "fd_seek" -> Math.abs(arguments[1]) > fileBytesMax ? INVALID : SUCCESS;
            default -> SUCCESS;
          };
    }
    return error == SUCCESS ? OptionalInt.empty() : OptionalInt.of(error);
  }

  private static int checkPaths(Guest guest, String function, long[] arguments) {
    for (int at : PATHS.getOrDefault(function, new int[0])) {
      long length = Integer.toUnsignedLong((int) arguments[at + 1]);
      guest.checkSpan((int) arguments[at], length, 1);
      if (length > GuestPaths.PATH_BYTES_MAX) {
        return NAME_TOO_LONG;
      }
      String path = guest.loadUtf8((int) arguments[at], (int) length);
      if (path.indexOf('\0') >= 0) {
        return INVALID;
      }
      for (String name : path.split("/", -1)) {
        if (name.getBytes(StandardCharsets.UTF_8).length > GuestPaths.NAME_BYTES_MAX) {
          return NAME_TOO_LONG;
        }
      }
    }
    return SUCCESS;
  }

  private int checkOpen(int openFlags) {
    if (openFiles >= openFilesMax) {
      return TOO_MANY_OPEN_FILES;
    }
    return (openFlags & CREATE) == 0 ? SUCCESS : checkEntry();
  }

  private int checkEntry() {
    try {
      volume.requireRoomForEntry();
      return SUCCESS;
    } catch (FileException e) {
      return QUOTA;
    }
  }

  private int checkEnd(long offset, long length) {
    if (offset < 0 || length < 0) {
      return INVALID;
    }
    return offset > fileBytesMax || length > fileBytesMax - offset ? FILE_TOO_LARGE : SUCCESS;
  }

  /** Makes sure that the buffers of a read or write lie in the guest's memory. */
  static OptionalInt refuseBuffers(Guest guest, int buffers, int count) {
    if (count < 0 || count > BUFFERS_MAX) {
      return OptionalInt.of(INVALID);
    }
    guest.checkSpan(buffers, 8L * count, 1);
    for (int i = 0; i < count; i++) {
      int address = buffers + 8 * i;
      long length = Integer.toUnsignedLong(guest.loadInt(address + 4));
      guest.checkSpan(guest.loadInt(address), length, 1);
    }
    return OptionalInt.empty();
  }

  interface Call {
    long[] apply(String function, long... arguments);
  }

  /** Takes note of a call that went well; returns the error it ends with after all. */
  int done(Guest guest, String function, long[] arguments, Call again) {
    switch (function) {
      case "path_open" -> openFiles++;
      case "fd_close" -> openFiles--;
      case "fd_renumber" -> openFiles -= arguments[0] == arguments[1] ? 0 : 1;
      case "fd_seek" -> {
        // A position that no file can have would overflow when something is written there.
        if (guest.loadLong((int) arguments[3]) > fileBytesMax) {
          var _ = again.apply("fd_seek", arguments[0], fileBytesMax, SEEK_SET, arguments[3]);
          return INVALID;
        }
      }
      default -> {
        // Nothing that lasts.
      }
    }
    return SUCCESS;
  }
}
