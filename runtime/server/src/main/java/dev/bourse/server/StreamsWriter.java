package dev.bourse.server;

import java.io.IOException;
import java.io.Writer;

/** Standard output as picocli wants it, for help texts. */
final class StreamsWriter extends Writer {
  private final Streams streams;

  StreamsWriter(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void write(char[] chars, int offset, int length) throws IOException {
    write(() -> streams.print(new String(chars, offset, length)));
  }

  @Override
  public void flush() throws IOException {
    write(streams::flush);
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  /** Picocli prints the stack trace of whatever else leaves its writer. */
  private static void write(Runnable writing) throws IOException {
    try {
      writing.run();
    } catch (OutputClosedException e) {
      throw new IOException(e);
    }
  }
}
