package dev.bourse.kv.snapshot;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A process that changes a store at random until it is killed. It says what it is about to do, and,
 * when the store has acknowledged it, {@code ok}; {@code no} and the reason if it was refused.
 */
final class CrashChild {
  static final List<String> NAMES = List.of("a", "b", "C", "d/e", "f");

  private final SnapshotStore store;
  private final String user;
  private final Random random;
  private final OutputStream out;

  private CrashChild(SnapshotStore store, String user, Random random, OutputStream out) {
    this.store = store;
    this.user = user;
    this.random = random;
    this.out = out;
  }

  /**
   * Runs until it is killed.
   *
   * @param args the folder, the user, a seed
   */
  public static void main(String[] args) throws IOException {
    StoreConfig config = StoreConfig.defaults().withSegmentBytes(3 * Snapshots.LAYOUT.pageBytes());
    Random random = new Random(Long.parseLong(args[2]));
    // A life in memory first, so that the time until the kill does not go by loading classes.
    Storage memory = new SimulatedDisk(random).process();
    CrashChild warm =
        new CrashChild(
            SnapshotStore.open(memory, Path.of("/store"), config),
            args[1],
            random,
            OutputStream.nullOutputStream());
    for (int i = 0; i < 60; i++) {
      warm.step();
    }
    SnapshotStore store = SnapshotStore.open(Path.of(args[0]), config);
    CrashChild child =
        new CrashChild(store, args[1], random, new FileOutputStream(FileDescriptor.out));
    child.say("ready");
    while (true) {
      child.step();
    }
  }

  /** One write, so that a line is there or not; it fails once nobody listens any more. */
  private void say(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void step() throws IOException {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        List<Long> pages = pages();
        String list = pages.stream().map(String::valueOf).collect(Collectors.joining(","));
        boolean replace = random.nextInt(3) > 0;
        run(
            (replace ? "replace " : "save ") + name + " " + list,
            () -> {
              Snapshots.Expected snapshot = Snapshots.ofPages(pages);
              store.save(name(name), snapshot.manifest(), snapshot.sources(), replace);
            });
      }
      case 4 -> run("take " + name, () -> store.take(name(name)));
      case 5 -> run("delete " + name, () -> store.delete(name(name)));
      case 6, 7 -> {
        String to = NAMES.get(random.nextInt(NAMES.size()));
        run("rename " + name + " " + to, () -> store.rename(name(name), to));
      }
      default -> run("collect", store::collect);
    }
  }

  /** Some of these pages other snapshots have as well, of other users, too. */
  private List<Long> pages() {
    List<Long> pages = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      pages.add(random.nextBoolean() ? random.nextLong(20) : random.nextLong(1L << 40));
    }
    return pages;
  }

  private SnapshotName name(String name) {
    return new SnapshotName(user, name);
  }

  private interface Operation {
    void run() throws SnapshotException;
  }

  private void run(String what, Operation operation) throws IOException {
    say(what);
    try {
      operation.run();
      say("ok");
    } catch (SnapshotException e) {
      say("no " + e.reason() + " " + e.getMessage());
    }
  }
}
