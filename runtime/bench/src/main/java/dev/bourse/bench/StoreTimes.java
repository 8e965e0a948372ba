package dev.bourse.bench;

import dev.bourse.kv.KvLayout;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.snapshot.Fingerprint;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.PageSource;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.kv.snapshot.SnapshotManifest;
import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.kv.snapshot.SnapshotStore;
import dev.bourse.kv.snapshot.StoreConfig;
import dev.bourse.kv.snapshot.StoredPage;
import dev.bourse.kv.snapshot.StoredSnapshot;
import dev.bourse.tensor.OffHeapMemory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The snapshot store without an engine, beside the same files without the store. Pages are those of
 * a model of a billion parameters.
 */
final class StoreTimes {
  private static final KvLayout LAYOUT = new KvLayout(22, 4, 64, 16);
  private static final int TOKENS = 1 << 12;
  private static final int PAGES = LAYOUT.pagesFor(TOKENS);
  private static final long BYTES = LAYOUT.pageBytes() * PAGES;
  private static final int CHUNK = 1 << 20;
  private static final SnapshotName PREFIX = new SnapshotName("bench", "prefix");
  private static final int SAVES = 7;
  private static final int REPEATS = 15;
  private static final int WARM_UPS = 5;

  private final Report report;
  private final MemorySegment memory;

  private StoreTimes(Report report, MemorySegment memory) {
    this.report = report;
    this.memory = memory;
  }

  static void report(Report report) throws IOException, InterruptedException {
    try (OffHeapMemory memory = OffHeapMemory.allocate(BYTES)) {
      // What could be compressed would flatter a file system that does.
      SplittableRandom random = new SplittableRandom(1);
      for (long at = 0; at < BYTES; at += Long.BYTES) {
        memory.segment().set(ValueLayout.JAVA_LONG, at, random.nextLong());
      }
      new StoreTimes(report, memory.segment()).report();
    }
  }

  private void report() throws IOException, InterruptedException {
    report.title(
        "The snapshot store alone, %,d tokens in %d pages, %.1f MB"
            .formatted(TOKENS, PAGES, BYTES / 1e6));
    report.header("what", "ms, median", "GB/s", "of the files alone");
    save();
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      try (SnapshotStore store = open(folder)) {
        store.save(PREFIX, manifest(), sources(), false);
      }
      read(folder, "in the system's cache", false);
      if (PageCache.forget(folder.path())) {
        read(folder, "on disk", true);
      }
      share(folder);
    }
  }

  private static SnapshotStore open(TemporaryFolder folder) throws IOException {
    return SnapshotStore.open(folder.path(), StoreConfig.defaults());
  }

  // Saving.

  private void save() throws IOException {
    Times saves = new Times();
    Times writes = new Times();
    for (int i = -1; i < SAVES; i++) {
      try (TemporaryFolder folder = TemporaryFolder.create();
          SnapshotStore store = open(folder)) {
        long begin = System.nanoTime();
        store.save(PREFIX, manifest(), sources(), false);
        long middle = System.nanoTime();
        write(folder.path().resolve("alone"));
        if (i >= 0) {
          saves.add(middle - begin);
          writes.add(System.nanoTime() - middle);
        }
      }
    }
    rows("save, synced", saves, "write one file, synced", writes);
  }

  private void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < BYTES; at += CHUNK) {
        ByteBuffer chunk = chunk(at);
        while (chunk.hasRemaining()) {
          channel.write(chunk);
        }
      }
      channel.force(true);
    }
  }

  // Opening and reading.

  private void read(TemporaryFolder folder, String where, boolean forget)
      throws IOException, InterruptedException {
    Times opens = new Times();
    Times pages = new Times();
    Times files = new Times();
    for (int i = -WARM_UPS; i < REPEATS; i++) {
      boolean counts = i >= 0;
      if (forget) {
        PageCache.forget(folder.path());
      }
      try (SnapshotStore store = open(folder)) {
        long begin = System.nanoTime();
        StoredSnapshot snapshot = store.open(PREFIX);
        long middle = System.nanoTime();
        for (int page = 0; page < PAGES; page++) {
          snapshot.pages().get(page).read(page(page));
        }
        if (counts) {
          opens.add(middle - begin);
          pages.add(System.nanoTime() - middle);
        }
      }
      if (forget) {
        PageCache.forget(folder.path());
      }
      long begin = System.nanoTime();
      readFiles(folder);
      if (counts) {
        files.add(System.nanoTime() - begin);
      }
    }
    row("open, " + where, opens);
    rows("read and verify all pages, " + where, pages, "read the same files, " + where, files);
  }

  /** Reads the segments to the same memory as the pages. */
  private void readFiles(TemporaryFolder folder) throws IOException {
    long at = 0;
    for (Path file : segments(folder)) {
      try (FileChannel channel = FileChannel.open(file)) {
        while (at < BYTES && channel.position() < channel.size()) {
          at += channel.read(chunk(at));
        }
      }
    }
  }

  private static List<Path> segments(TemporaryFolder folder) throws IOException {
    try (Stream<Path> all = Files.list(folder.path().resolve("segments"))) {
      return all.toList();
    }
  }

  // Sharing.

  private void share(TemporaryFolder folder) throws IOException {
    try (SnapshotStore store = open(folder)) {
      List<PageSource> same =
          store.open(PREFIX).pages().stream()
              .map(page -> new PageSource(page.key(), page, null))
              .toList();
      Times names = new Times();
      Times pages = new Times();
      for (int i = 0; i < REPEATS; i++) {
        names.add(save(store, "same " + i, same));
        List<PageSource> other = new ArrayList<>(same.subList(0, PAGES - 1));
        other.add(new PageSource(new PageKey(i, 0, 0, 1), null, page(i)));
        pages.add(save(store, "other " + i, other));
      }
      row("save the same pages under another name", names);
      row("save with a last page that is new", pages);
      List<SnapshotInfo> infos = store.list(PREFIX.user());
      long inAll = infos.stream().mapToLong(SnapshotInfo::bytes).sum();
      long onDisk = 0;
      for (Path segment : segments(folder)) {
        onDisk += Files.size(segment);
      }
      report.line(
          "%n%d names refer to %.1f MB; the segments have %.1f MB.",
          infos.size(), inAll / 1e6, onDisk / 1e6);
    }
  }

  private static long save(SnapshotStore store, String name, List<PageSource> pages)
      throws IOException {
    SnapshotManifest manifest = manifest();
    long begin = System.nanoTime();
    List<StoredPage> stored =
        store.save(new SnapshotName(PREFIX.user(), name), manifest, pages, false);
    long nanos = System.nanoTime() - begin;
    if (stored.size() != PAGES) {
      throw new IllegalStateException(stored.size() + " pages were saved, not " + PAGES);
    }
    return nanos;
  }

  // What is saved, and what is told of it.

  private MemorySegment page(int page) {
    return memory.asSlice(page * LAYOUT.pageBytes(), LAYOUT.pageBytes());
  }

  private ByteBuffer chunk(long at) {
    return memory.asSlice(at, Math.min(CHUNK, BYTES - at)).asByteBuffer();
  }

  private List<PageSource> sources() {
    return IntStream.range(0, PAGES)
        .mapToObj(page -> new PageSource(new PageKey(page, 0, 0, 0), null, page(page)))
        .toList();
  }

  private static SnapshotManifest manifest() {
    int[] tokens = IntStream.range(0, TOKENS).toArray();
    return new SnapshotManifest(
        Instant.now(),
        Optional.empty(),
        new Fingerprint("bench", "m", "t", "c", "", "f32", LAYOUT),
        tokens,
        tokens,
        List.of(),
        PAGES,
        0,
        List.of(new LineageRun("bench", PAGES)),
        List.of(),
        Optional.empty(),
        Set.of());
  }

  private void row(String what, Times times) {
    report.row("%s | %.2f | |", what, times.medianMicros() / 1e3);
  }

  private void rows(String what, Times times, String alone, Times limit) {
    double micros = times.medianMicros();
    double least = limit.medianMicros();
    report.row(
        "%s | %.2f | %.2f | %.0f%%",
        what, micros / 1e3, BYTES / micros / 1e3, 100 * least / micros);
    report.row("%s | %.2f | %.2f |", alone, least / 1e3, BYTES / least / 1e3);
  }
}
