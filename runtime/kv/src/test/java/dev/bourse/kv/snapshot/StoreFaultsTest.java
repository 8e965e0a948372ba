package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What one operation that fails does to the others. */
class StoreFaultsTest {
  private static final Path FOLDER = Path.of("/disk/store");
  private static final SnapshotName CHAT = new SnapshotName("alice", "chat");
  private static final Expected SNAPSHOT = Snapshots.of(7, 3);

  private final SimulatedDisk disk = new SimulatedDisk(new Random(5));

  private SnapshotStore open(Storage storage) throws SnapshotException {
    return SnapshotStore.open(storage, FOLDER, StoreConfig.defaults());
  }

  @Test
  void aLeftoverThatCannotBeDeletedHoldsUpNoSegment() throws Exception {
    try (SnapshotStore store = open(disk.process())) {
      store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
      store.delete(CHAT);
      Path leftover = FOLDER.resolve("tmp/leftover");
      disk.put(leftover, new byte[8]);
      disk.failWhen(operation -> operation.equals("delete " + leftover));
      Collected collected = store.collect();
      assertThat(collected.segments()).isEqualTo(1);
      assertThat(collected.leftovers()).isZero();
      assertThat(collected.problems())
          .containsExactly(leftover + " cannot be deleted: Input/output error: delete " + leftover);
      assertThat(disk.files(FOLDER.resolve("segments"))).isEmpty();
    }
  }

  /** Others need not look anew at what is as it was. */
  @Test
  void whatIsRefusedChangesNoFile() throws Exception {
    try (SnapshotStore store = open(disk.process())) {
      store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
      byte[] stamp = disk.contents(FOLDER.resolve("stamp"));
      SnapshotName none = new SnapshotName("alice", "none");
      for (ThrowingCallable refused :
          List.<ThrowingCallable>of(
              () -> store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false),
              () -> store.rename(CHAT, "chat"),
              () -> store.take(none),
              () -> store.delete(none),
              () -> store.grant(none, "bob"))) {
        assertThatThrownBy(refused).isInstanceOf(SnapshotException.class);
      }
      assertThat(disk.contents(FOLDER.resolve("stamp"))).isEqualTo(stamp);
      store.delete(CHAT);
      assertThat(disk.contents(FOLDER.resolve("stamp"))).isNotEqualTo(stamp);
    }
  }

  /** As below folders of the system, which may be passed but not listed. */
  @Test
  void aFolderAroundTheStoreNeedNotBeReadable() throws Exception {
    open(disk.process()).close();
    try (SnapshotStore store = open(unreadable(disk.process(), Path.of("/disk")))) {
      store.save(CHAT, SNAPSHOT.manifest(), SNAPSHOT.sources(), false);
      Snapshots.assertSame(store.open(CHAT), SNAPSHOT);
    }
  }

  private static Storage unreadable(Storage storage, Path folder) {
    return (Storage)
        Proxy.newProxyInstance(
            Storage.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              if (List.of("syncFolder", "list").contains(method.getName())
                  && folder.equals(arguments[0])) {
                throw new AccessDeniedException(folder.toString());
              }
              try {
                return method.invoke(storage, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
