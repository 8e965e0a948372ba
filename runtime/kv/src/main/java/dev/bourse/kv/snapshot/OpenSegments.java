package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a store has open. Each is open once, as long as somebody may read a page of it:
 * snapshots are not closed, so the garbage collector tells. Safe for use by any thread.
 */
final class OpenSegments implements Closeable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final StoreFolder folder;
  private final Map<String, WeakReference<OpenSegment>> byId = new HashMap<>();
  private final Set<Storage.File> files = ConcurrentHashMap.newKeySet();
  private final Set<PageRef> damaged = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  OpenSegments(StoreFolder folder) {
    this.folder = folder;
  }

  /** Stored pages, their segments open where that is possible. */
  synchronized List<StoredPage> open(List<PageEntry> entries, long pageBytes) throws IOException {
    requireOpen();
    Map<String, OpenSegment> segments = new HashMap<>();
    List<StoredPage> pages = new ArrayList<>(entries.size());
    for (PageEntry entry : entries) {
      String id = entry.ref().segment();
      pages.add(new StoredPage(entry, pageBytes, segments.computeIfAbsent(id, this::openSegment)));
    }
    return pages;
  }

  private OpenSegment openSegment(String id) {
    OpenSegment open = opened(id);
    if (open != null) {
      return open;
    }
    try {
      Storage.File file = folder.storage().open(folder.segment(id), Storage.Access.READ);
      OpenSegment segment = new OpenSegment(this, id, file);
      files.add(file);
      // What is registered must not refer to the segment itself.
      CLEANER.register(segment, () -> close(id, file));
      byId.put(id, new WeakReference<>(segment));
      return segment;
    } catch (IOException e) {
      return new OpenSegment(this, id, e);
    }
  }

  private @Nullable OpenSegment opened(String id) {
    WeakReference<OpenSegment> reference = byId.get(id);
    return reference == null ? null : reference.get();
  }

  private void close(String id, Storage.File file) {
    synchronized (this) {
      byId.computeIfPresent(id, (same, reference) -> reference.get() == null ? null : reference);
    }
    if (files.remove(file)) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A page could not be read: it is not referred to any more, and its file is opened anew. */
  synchronized void damaged(PageRef page) {
    damaged.add(page);
    byId.remove(page.segment());
  }

  boolean isDamaged(PageRef page) {
    return damaged.contains(page);
  }

  /** A segment was written, maybe in place of a damaged one. */
  synchronized void written(String id) {
    damaged.removeIf(page -> page.segment().equals(id));
    byId.remove(id);
  }

  void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("the snapshot store is closed");
    }
  }

  /** Closes all files, also those that somebody may read: that fails from now on. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      closed = true;
      byId.clear();
    }
    for (Storage.File file : List.copyOf(files)) {
      if (files.remove(file)) {
        file.close();
      }
    }
  }
}
