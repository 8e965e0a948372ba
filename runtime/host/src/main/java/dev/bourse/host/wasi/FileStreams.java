package dev.bourse.host.wasi;

import java.io.IOException;

/** Streams that read and write a file, each with a position of its own. */
final class FileStreams {
  private FileStreams() {}

  static ByteSource reading(OpenFile file, long offset) {
    return new Source(file.retain(), offset);
  }

  static ByteSink writing(OpenFile file, long offset) {
    return new Sink(file.retain(), offset, false);
  }

  static ByteSink appending(OpenFile file) {
    return new Sink(file.retain(), 0, true);
  }

  private static StreamException failed(FileException e) {
    return StreamException.failed(new IoError("the file: " + e.code(), e.code()));
  }

  private static final class Source implements ByteSource {
    private final OpenFile file;
    private long position;

    Source(OpenFile file, long position) {
      this.file = file;
      this.position = position;
    }

    @Override
    public byte[] read(int max) throws StreamException {
      byte[] bytes;
      try {
        bytes = file.read(position, max);
      } catch (FileException e) {
        throw failed(e);
      } catch (IOException e) {
        throw failed(FileException.of(e));
      }
      if (bytes.length == 0) {
        throw StreamException.closed();
      }
      position += bytes.length;
      return bytes;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void close() {
      file.release();
    }
  }

  private static final class Sink implements ByteSink {
    private final OpenFile file;
    private final boolean appends;
    private long position;
    private boolean failed;

    Sink(OpenFile file, long position, boolean appends) {
      this.file = file;
      this.position = position;
      this.appends = appends;
    }

    @Override
    public int room() throws StreamException {
      if (failed) {
        throw StreamException.closed();
      }
      return WRITE_BYTES_MAX;
    }

    @Override
    public void write(byte[] bytes) throws StreamException {
      if (failed) {
        throw StreamException.closed();
      }
      try {
        file.write(appends ? file.size() : position, bytes);
      } catch (FileException e) {
        failed = true;
        throw failed(e);
      } catch (IOException e) {
        failed = true;
        throw failed(FileException.of(e));
      }
      position += bytes.length;
    }

    @Override
    public void close() {
      file.release();
    }
  }
}
