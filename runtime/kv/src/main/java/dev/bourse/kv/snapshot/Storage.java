package dev.bourse.kv.snapshot;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * All that the store asks of a file system. Nothing here is interruptible: a thread that is
 * interrupted finishes what it does, and leaves the files of others open.
 *
 * <p>What was written is durable after {@link File#sync}; that a file was created, moved or deleted
 * is durable after {@link #syncFolder} of its folder.
 */
interface Storage {
  /** What a file is opened for. */
  enum Access {
    /** Reading; it must be there. */
    READ,
    /** Writing; it must not be there. */
    CREATE,
    /** Writing in place, whether or not it is there. */
    UPDATE
  }

  /** An open file; reads and writes may run at the same time. */
  interface File extends Closeable {
    /** Reads some bytes, or returns -1 at the end. */
    int read(ByteBuffer to, long position) throws IOException;

    /** Writes some bytes. */
    int write(ByteBuffer from, long position) throws IOException;

    long size() throws IOException;

    void sync() throws IOException;

    /** Reads until {@code to} is full. */
    default void readFully(ByteBuffer to, long position) throws IOException {
      long at = position;
      while (to.hasRemaining()) {
        int count = read(to, at);
        if (count < 0) {
          throw new EOFException("the file ends at byte " + at);
        }
        at += count;
      }
    }

    /** Writes until {@code from} is empty. */
    default void writeFully(ByteBuffer from, long position) throws IOException {
      long at = position;
      while (from.hasRemaining()) {
        int count = write(from, at);
        if (count <= 0) {
          throw new IOException("the file system wrote nothing at byte " + at);
        }
        at += count;
      }
    }
  }

  File open(Path file, Access access) throws IOException;

  /** Bytes of a file, if it is there. */
  OptionalLong size(Path file) throws IOException;

  /** When a file was changed last. */
  Instant modified(Path file) throws IOException;

  /** The names in a folder, in no order; none if there is no such folder. */
  List<String> list(Path folder) throws IOException;

  /** Creates a folder and those around it, where they are not there. */
  void createFolder(Path folder) throws IOException;

  /** Gives a file another path, in one step; a file that is there is replaced. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file, which must be there. */
  void delete(Path file) throws IOException;

  void syncFolder(Path folder) throws IOException;

  /** Waits until no other thread and no other process holds the lock of this file. */
  Closeable lock(Path file) throws IOException;
}
