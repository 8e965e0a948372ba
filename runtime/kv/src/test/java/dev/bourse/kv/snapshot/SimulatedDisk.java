package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A disk in memory that does everything a disk may do. What was not synced is lost, kept or torn by
 * a power failure, each change for itself; processes are killed between any two operations; reads
 * and writes are short; operations fail.
 *
 * <p>The rules that the store relies on: a synced file has the contents it was synced with; a
 * synced folder has the entries it was synced with; a move happens as a whole or not at all;
 * changes of the same entry survive in their order.
 */
final class SimulatedDisk {
  /** The end of a process, between two operations. Nothing catches it. */
  static final class Killed extends Error {
    Killed() {
      super("killed");
    }
  }

  private static final class Inode {
    final boolean folder;
    byte[] bytes = new byte[0];
    byte[] synced = new byte[0];
    boolean changed;
    boolean lost;

    Inode(boolean folder) {
      this.folder = folder;
    }
  }

  /** A change of entries that is not durable yet. */
  private record Change(Path from, Path to, Inode inode) {
    boolean touches(Path path) {
      return !path.equals(NOWHERE) && (path.equals(from) || path.equals(to));
    }

    boolean touchesFolder(Path folder) {
      return folder.equals(from.getParent()) || folder.equals(to.getParent());
    }

    boolean follows(Change earlier) {
      return earlier.touches(from) || earlier.touches(to);
    }
  }

  /** What a deleted file is moved to, and a created one from. */
  private static final Path NOWHERE = Path.of("/nowhere/nothing");

  private static final int SECTOR = 64;

  private final Random random;
  private final Map<Path, Inode> entries = new TreeMap<>();
  private final Map<Path, Inode> durable = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();
  private boolean locked;
  private double faultRate;
  private Predicate<String> fails = operation -> false;
  private long operations;
  private long faults;
  private long kills;
  private long killAt = Long.MAX_VALUE;

  SimulatedDisk(Random random) {
    this.random = random;
  }

  /** How many operations, of a thousand, fail from now on. */
  void failPerMille(int rate) {
    faultRate = rate / 1000.0;
  }

  /** Which operations fail from now on. */
  void failWhen(Predicate<String> operation) {
    fails = operation;
  }

  /** Kills the process that does the n-th operation from now on, before it does it. */
  void killAfter(long operationsFromNow) {
    killAt = operations + operationsFromNow;
  }

  void killNobody() {
    killAt = Long.MAX_VALUE;
  }

  long operations() {
    return operations;
  }

  /** Failures so far. */
  long faults() {
    return faults;
  }

  /** Processes killed so far. */
  long kills() {
    return kills;
  }

  /** The files in a folder, by name. */
  List<String> files(Path folder) {
    return names(folder, false);
  }

  private List<String> names(Path folder, boolean folders) {
    return entries.entrySet().stream()
        .filter(entry -> folder.equals(entry.getKey().getParent()))
        .filter(entry -> folders || !entry.getValue().folder)
        .map(entry -> entry.getKey().getFileName().toString())
        .toList();
  }

  private static Path parent(Path path) {
    return Objects.requireNonNull(path.getParent());
  }

  private boolean isFolder(Path path) {
    Inode inode = entries.get(path);
    return path.getNameCount() == 0 || (inode != null && inode.folder);
  }

  byte[] contents(Path file) {
    return inode(file).bytes.clone();
  }

  /** Changes a file behind everybody's back. */
  void put(Path file, byte[] contents) {
    entries.computeIfAbsent(file, path -> new Inode(false)).bytes = contents.clone();
  }

  private Inode inode(Path file) {
    Inode inode = entries.get(file);
    if (inode == null) {
      throw new IllegalArgumentException("no file " + file);
    }
    return inode;
  }

  /** Ends all processes and loses what was not synced, or some of it. */
  void losePower() {
    Set<Change> lost = new HashSet<>();
    for (Change change : pending) {
      if (random.nextBoolean() || lost.stream().anyMatch(change::follows)) {
        lost.add(change);
      } else {
        apply(change);
      }
    }
    pending.clear();
    entries.clear();
    // In order: a folder comes before what is in it.
    durable.forEach(
        (path, inode) -> {
          if (isFolder(parent(path))) {
            entries.put(path, inode);
          }
        });
    durable.keySet().retainAll(entries.keySet());
    for (Inode inode : entries.values()) {
      if (inode.lost || inode.changed) {
        inode.bytes = tear(inode.lost ? new byte[0] : inode.synced, inode.bytes);
        inode.synced = inode.bytes;
        inode.changed = false;
        inode.lost = false;
      }
    }
    locked = false;
  }

  /** Every sector as it was, as it was to be, or neither. */
  private byte[] tear(byte[] before, byte[] after) {
    byte[] torn = Arrays.copyOf(after, random.nextInt(after.length + 1));
    for (int at = 0; at < torn.length; at += SECTOR) {
      int end = Math.min(torn.length, at + SECTOR);
      switch (random.nextInt(4)) {
        case 0 -> Arrays.fill(torn, at, end, (byte) 0);
        case 1 -> {
          Arrays.fill(torn, at, end, (byte) 0);
          int known = Math.min(end, before.length);
          if (at < known) {
            System.arraycopy(before, at, torn, at, known - at);
          }
        }
        default -> {}
      }
    }
    return torn;
  }

  private void change(Path from, Path to, Inode inode) {
    Change change = new Change(from, to, inode);
    pending.add(change);
    entries.remove(from);
    if (!to.equals(NOWHERE)) {
      entries.put(to, inode);
    }
  }

  private void apply(Change change) {
    durable.remove(change.from);
    if (!change.to.equals(NOWHERE)) {
      durable.put(change.to, change.inode);
    }
  }

  /** Makes the changes of a folder durable, and those that they follow. */
  private void sync(Path folder) {
    Set<Change> synced = new HashSet<>();
    for (int i = pending.size() - 1; i >= 0; i--) {
      Change change = pending.get(i);
      if (change.touchesFolder(folder)
          || synced.stream().anyMatch(later -> later.follows(change))) {
        synced.add(change);
      }
    }
    pending.stream().filter(synced::contains).forEach(this::apply);
    pending.removeAll(synced);
  }

  /** The disk as one process sees it. */
  Storage process() {
    return new OneProcess();
  }

  private final class OneProcess implements Storage {
    private boolean killed;

    /** An operation: the process may end here, or the operation fail. */
    private void operation(String what) throws IOException {
      if (killed) {
        throw new Killed();
      }
      if (++operations >= killAt) {
        killed = true;
        locked = false;
        kills++;
        throw new Killed();
      }
      if (random.nextDouble() < faultRate || fails.test(what)) {
        faults++;
        throw new IOException("Input/output error: " + what);
      }
    }

    @Override
    public File open(Path file, Access access) throws IOException {
      operation("open " + file);
      Inode inode = entries.get(file);
      if (inode == null && access == Access.READ) {
        throw new NoSuchFileException(file.toString());
      }
      if (inode != null && access == Access.CREATE) {
        throw new FileAlreadyExistsException(file.toString());
      }
      if (inode == null) {
        if (!isFolder(parent(file))) {
          throw new NoSuchFileException(file.toString());
        }
        inode = new Inode(false);
        change(NOWHERE, file, inode);
      }
      return new OpenFile(inode);
    }

    @Override
    public OptionalLong size(Path file) throws IOException {
      operation("size of " + file);
      Inode inode = entries.get(file);
      return inode == null ? OptionalLong.empty() : OptionalLong.of(inode.bytes.length);
    }

    @Override
    public Instant modified(Path file) throws IOException {
      operation("time of " + file);
      return Instant.EPOCH;
    }

    @Override
    public List<String> list(Path folder) throws IOException {
      operation("list " + folder);
      return names(folder, true);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
      operation("create folder " + folder);
      if (!isFolder(folder)) {
        createFolder(parent(folder));
        change(NOWHERE, folder, new Inode(true));
      }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      operation("move " + from);
      Inode inode = entries.get(from);
      if (inode == null || !isFolder(parent(to))) {
        throw new NoSuchFileException(from.toString());
      }
      change(from, to, inode);
    }

    @Override
    public void delete(Path file) throws IOException {
      operation("delete " + file);
      Inode inode = entries.get(file);
      if (inode == null) {
        throw new NoSuchFileException(file.toString());
      }
      change(file, NOWHERE, inode);
    }

    @Override
    public void syncFolder(Path folder) throws IOException {
      operation("sync " + folder);
      sync(folder);
    }

    @Override
    public Closeable lock(Path file) throws IOException {
      operation("lock " + file);
      if (locked) {
        throw new IllegalStateException("nobody would ever release the lock");
      }
      locked = true;
      return () -> {
        if (!killed) {
          locked = false;
        }
      };
    }

    private final class OpenFile implements File {
      private final Inode inode;

      OpenFile(Inode inode) {
        this.inode = inode;
      }

      @Override
      public int read(ByteBuffer to, long position) throws IOException {
        operation("read");
        if (position >= inode.bytes.length) {
          return -1;
        }
        int there = (int) Math.min(to.remaining(), inode.bytes.length - position);
        int count = random.nextInt(10) == 0 ? 1 + random.nextInt(there) : there;
        to.put(inode.bytes, (int) position, count);
        return count;
      }

      @Override
      public int write(ByteBuffer from, long position) throws IOException {
        boolean isShort = random.nextInt(10) == 0;
        int count = isShort ? 1 + random.nextInt(from.remaining()) : from.remaining();
        try {
          operation("write");
        } catch (IOException e) {
          // A full disk takes some of it before it says so.
          put(from, position, random.nextInt(from.remaining()));
          throw new IOException("No space left on device", e);
        }
        put(from, position, count);
        return count;
      }

      private void put(ByteBuffer from, long position, int count) {
        int end = (int) position + count;
        byte[] bytes = Arrays.copyOf(inode.bytes, Math.max(inode.bytes.length, end));
        from.get(bytes, (int) position, count);
        inode.bytes = bytes;
        inode.changed = true;
      }

      @Override
      public long size() throws IOException {
        operation("size");
        return inode.bytes.length;
      }

      /** What a sync could not write is not written by the next one either. */
      @Override
      public void sync() throws IOException {
        try {
          operation("sync");
        } catch (IOException e) {
          inode.lost = true;
          throw e;
        }
        inode.synced = inode.bytes;
        inode.changed = false;
      }

      @Override
      public void close() throws IOException {
        // A process that ends closes its files.
      }
    }
  }
}
