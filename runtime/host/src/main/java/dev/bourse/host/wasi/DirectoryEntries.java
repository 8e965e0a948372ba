package dev.bourse.host.wasi;

import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U8;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What was in a directory when the guest asked ({@code directory-entry-stream}).
 *
 * @param heldBytes what it takes on the host's heap
 */
record DirectoryEntries(Iterator<Path> paths, Guest guest, long heldBytes) {
  static final ResourceType<DirectoryEntries> TYPE =
      ResourceType.of("directory-entry-stream", DirectoryEntries.class, DirectoryEntries::close);

  /** {@code record directory-entry { type, name }}. */
  static final WitType<Object[]> ENTRY = WitTypes.record(U8, STRING);

  /** Bytes of a path beside the characters of its name. */
  private static final int PATH_BYTES = 128;

  static DirectoryEntries of(Guest guest, List<Path> paths) {
    long bytes = 0;
    for (Path path : paths) {
      bytes += PATH_BYTES + 2L * path.toString().length();
    }
    guest.hold(bytes);
    return new DirectoryEntries(paths.iterator(), guest, bytes);
  }

  /** The next entry that is still there. */
  Optional<Object[]> next() throws IOException {
    while (paths.hasNext()) {
      Path path = paths.next();
      BasicFileAttributes attributes = GuestPaths.attributes(path);
      if (attributes != null) {
        return Optional.of(new Object[] {FileStat.type(attributes), path.getFileName().toString()});
      }
    }
    return Optional.empty();
  }

  private void close() {
    guest.letGo(heldBytes);
  }
}
