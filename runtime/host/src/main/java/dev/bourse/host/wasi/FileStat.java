package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.U8;
import static dev.bourse.host.abi.WitTypes.option;

import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * {@code record descriptor-stat}.
 *
 * @param type a {@code descriptor-type}
 * @param changed when it or what is known of it was changed last
 */
record FileStat(
    int type,
    long links,
    long size,
    Optional<FileTime> accessed,
    Optional<FileTime> modified,
    Optional<FileTime> changed) {

  // descriptor-type
  private static final int UNKNOWN = 0;
  static final int DIRECTORY = 3;
  private static final int SYMBOLIC_LINK = 5;
  static final int REGULAR_FILE = 6;

  static final WitType<FileStat> TYPE =
      WitTypes.mapped(
          WitTypes.record(
              U8,
              U64,
              U64,
              option(NewTime.DATETIME),
              option(NewTime.DATETIME),
              option(NewTime.DATETIME)),
          stat ->
              new Object[] {
                stat.type,
                stat.links,
                stat.size,
                stat.accessed.map(FileStat::datetime),
                stat.modified.map(FileStat::datetime),
                stat.changed.map(FileStat::datetime)
              },
          ignored -> {
            throw new IllegalStateException("guests pass no attributes");
          });

  static int type(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return SYMBOLIC_LINK;
    }
    if (attributes.isDirectory()) {
      return DIRECTORY;
    }
    return attributes.isRegularFile() ? REGULAR_FILE : UNKNOWN;
  }

  static FileStat of(Path path, BasicFileAttributes attributes) throws IOException {
    Map<String, Object> more =
        path.getFileSystem().supportedFileAttributeViews().contains("unix")
            ? Files.readAttributes(path, "unix:nlink,ctime", LinkOption.NOFOLLOW_LINKS)
            : Map.of();
    long links = more.get("nlink") instanceof Number number ? number.longValue() : 1;
    long size =
        attributes.isSymbolicLink()
            ? Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8).length
            : attributes.isRegularFile() ? attributes.size() : 0;
    return new FileStat(
        type(attributes),
        links,
        size,
        Optional.of(attributes.lastAccessTime()),
        Optional.of(attributes.lastModifiedTime()),
        more.get("ctime") instanceof FileTime time ? Optional.of(time) : Optional.empty());
  }

  /** Of an open file whose last name was removed. */
  static FileStat ofUnlinked(long size) {
    return new FileStat(
        REGULAR_FILE, 0, size, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Object[] datetime(FileTime time) {
    Instant instant = time.toInstant();
    // The guest's seconds have no sign.
    return new Object[] {Math.max(0, instant.getEpochSecond()), (long) instant.getNano()};
  }
}
