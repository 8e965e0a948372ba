package dev.bourse.kv.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A segment that is open for reading, or that could not be opened. It can be read even when its
 * file was deleted since.
 */
final class OpenSegment {
  private final OpenSegments owner;
  private final String id;
  private final Storage.@Nullable File file;
  private final @Nullable IOException failure;

  OpenSegment(OpenSegments owner, String id, Storage.File file) {
    this.owner = owner;
    this.id = id;
    this.file = file;
    this.failure = null;
  }

  /** One that could not be opened: its pages cannot be read. */
  OpenSegment(OpenSegments owner, String id, IOException failure) {
    this.owner = owner;
    this.id = id;
    this.file = null;
    this.failure = failure;
  }

  boolean isOpen() {
    return file != null;
  }

  /** Fails if it is there and could not be opened. */
  void requireNoFailure() throws IOException {
    if (failure != null && !(failure instanceof NoSuchFileException)) {
      throw failure;
    }
  }

  boolean belongsTo(OpenSegments segments) {
    return owner == segments;
  }

  void read(PageEntry page, MemorySegment to) throws DamagedPageException {
    if (file == null) {
      String why = failure == null ? "" : SnapshotException.describe(failure);
      throw new DamagedPageException(what(page) + " cannot be opened: " + why, failure);
    }
    try {
      owner.requireOpen();
      file.readFully(to.asByteBuffer(), page.ref().offset());
    } catch (EOFException e) {
      owner.damaged(page.ref());
      throw new DamagedPageException(what(page) + " is cut: " + e.getMessage(), e);
    } catch (IOException e) {
      owner.damaged(page.ref());
      throw new DamagedPageException(
          what(page) + " cannot be read: " + SnapshotException.describe(e), e);
    }
    if (Checksum.of(to) != page.checksum()) {
      owner.damaged(page.ref());
      throw new DamagedPageException(
          what(page)
              + " has changed since it was written: its checksum is wrong at byte "
              + page.ref().offset());
    }
  }

  private String what(PageEntry page) {
    return "page " + page.key() + " is lost: its segment " + id;
  }
}
