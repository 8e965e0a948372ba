package dev.bourse.server;

import java.io.Writer;

/** Standard output as picocli wants it, for help texts. */
final class StreamsWriter extends Writer {
  private final Streams streams;

  StreamsWriter(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void write(char[] chars, int offset, int length) {
    streams.print(new String(chars, offset, length));
  }

  @Override
  public void flush() {
    streams.flush();
  }

  @Override
  public void close() {
    flush();
  }
}
