package dev.bourse.host.wasi;

import dev.bourse.host.abi.ResourceType;
import java.util.function.Consumer;

/**
 * What is behind an {@code output-stream}. Used by the process's own thread; whatever makes it
 * ready from elsewhere wakes the process.
 */
public interface ByteSink {
  ResourceType<ByteSink> TYPE = ResourceType.of("output-stream", ByteSink.class, ByteSink::close);

  /** What a sink that never waits takes in one write. */
  int WRITE_BYTES_MAX = 64 << 10;

  /**
   * How many bytes it takes now.
   *
   * @return 0 if it has to be waited for
   * @throws StreamException when it takes no more
   */
  int room() throws StreamException;

  /** Takes {@code bytes}, no more than there is {@link #room} for. */
  void write(byte[] bytes) throws StreamException;

  /** Asks that everything written be passed on. */
  default void flush() throws StreamException {}

  /** Whether everything written before {@link #flush} has been passed on, or cannot be. */
  default boolean isFlushed() {
    return true;
  }

  /** Whether {@link #room} would say something other than 0. */
  default boolean isReady() {
    return true;
  }

  /** Nobody writes any more. */
  default void close() {}

  /** A sink that passes everything on at once. */
  static ByteSink to(Consumer<byte[]> consumer) {
    return new ByteSink() {
      @Override
      public int room() {
        return WRITE_BYTES_MAX;
      }

      @Override
      public void write(byte[] bytes) {
        consumer.accept(bytes);
      }
    };
  }
}
