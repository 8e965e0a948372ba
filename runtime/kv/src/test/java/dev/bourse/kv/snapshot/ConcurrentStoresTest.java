package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.snapshot.SnapshotException.Reason;
import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads and stores that share a folder. */
class ConcurrentStoresTest {
  private static final SnapshotName CHAT = new SnapshotName("alice", "chat");
  private static final int ROUNDS = 60;

  @TempDir Path folder;
  private final List<SnapshotStore> stores = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void open() throws SnapshotException {
    for (int i = 0; i < 2; i++) {
      stores.add(SnapshotStore.open(folder, StoreConfig.defaults()));
    }
  }

  @AfterEach
  void close() throws SnapshotException {
    threads.close();
    for (SnapshotStore store : stores) {
      store.close();
    }
  }

  private void save(SnapshotStore store, SnapshotName name, int version) throws SnapshotException {
    Expected snapshot = Snapshots.of(version, 3);
    store.save(name, snapshot.manifest(), snapshot.sources(), true);
  }

  /** What is opened is one version as a whole, however fast others replace and collect it. */
  @Test
  void aReaderNeverSeesAMissingSegment() throws Exception {
    save(stores.getFirst(), CHAT, 0);
    Future<Integer> writer =
        threads.submit(
            () -> {
              for (int version = 1; version <= ROUNDS; version++) {
                save(stores.getFirst(), CHAT, version);
                stores.getFirst().collect();
              }
              return ROUNDS;
            });
    int opened = 0;
    while (!writer.isDone() || opened == 0) {
      StoredSnapshot snapshot = stores.get(opened % 2).open(CHAT);
      long version = snapshot.pages().getFirst().key().d() >> 20;
      Snapshots.assertSame(snapshot, Snapshots.of(version, 3));
      opened++;
    }
    assertThat(writer.get()).isEqualTo(ROUNDS);
  }

  /** Just when it has read the manifest, and is about to open the segments. */
  @Test
  void aReaderThatIsOvertakenLooksAgain() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(new Random(1));
    Path path = Path.of("/store");
    try (SnapshotStore reader = SnapshotStore.open(disk.process(), path, StoreConfig.defaults());
        SnapshotStore other = SnapshotStore.open(disk.process(), path, StoreConfig.defaults())) {
      save(other, CHAT, 1);
      AtomicBoolean overtaken = new AtomicBoolean();
      disk.failWhen(
          operation -> {
            if (operation.startsWith("open /store/segments/") && !overtaken.getAndSet(true)) {
              try {
                save(other, CHAT, 2);
                assertThat(other.collect().segments()).isEqualTo(1);
              } catch (SnapshotException e) {
                throw new UncheckedIOException(e);
              }
            }
            return false;
          });
      Snapshots.assertSame(reader.open(CHAT), Snapshots.of(2, 3));
      assertThat(overtaken).isTrue();
    }
  }

  @Test
  void aNameIsTakenOnceWhoeverTries() throws Exception {
    AtomicInteger taken = new AtomicInteger();
    List<Callable<Void>> takers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SnapshotStore store = stores.get(i % 2);
      takers.add(
          () -> {
            try {
              Snapshots.assertSame(store.take(CHAT), Snapshots.of(1, 3));
              taken.incrementAndGet();
            } catch (SnapshotException e) {
              assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND);
            }
            return null;
          });
    }
    save(stores.getFirst(), CHAT, 1);
    for (Future<Void> done : threads.invokeAll(takers)) {
      done.get();
    }
    assertThat(taken).hasValue(1);
  }

  @Test
  void nothingIsLostWhenManySaveAndCollect() throws Exception {
    List<Callable<Void>> savers = new ArrayList<>();
    for (int user = 0; user < 6; user++) {
      SnapshotStore store = stores.get(user % 2);
      SnapshotName name = new SnapshotName("user-" + user, "chat");
      savers.add(
          () -> {
            for (int version = 0; version < 8; version++) {
              // The pages of all users are the same: each may refer to those of any other.
              save(store, name, version);
              Snapshots.assertSame(store.open(name), Snapshots.of(version, 3));
              store.delete(name);
              store.collect();
            }
            save(store, name, 7);
            return null;
          });
    }
    for (Future<Void> done : threads.invokeAll(savers)) {
      done.get();
    }
    for (int user = 0; user < 6; user++) {
      SnapshotName name = new SnapshotName("user-" + user, "chat");
      Snapshots.assertSame(stores.getFirst().open(name), Snapshots.of(7, 3));
    }
  }

  /** An interrupt ends no read, and closes no file under others. */
  @Test
  void readersShareAFileThatNoInterruptCloses() throws Exception {
    save(stores.getFirst(), CHAT, 1);
    StoredSnapshot snapshot = stores.getFirst().open(CHAT);
    List<Callable<Void>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      boolean interrupted = i % 2 == 0;
      readers.add(
          () -> {
            for (int round = 0; round < 200; round++) {
              if (interrupted) {
                Thread.currentThread().interrupt();
              }
              Snapshots.assertSame(snapshot, Snapshots.of(1, 3));
            }
            return null;
          });
    }
    for (Future<Void> done : threads.invokeAll(readers)) {
      done.get();
    }
  }
}
