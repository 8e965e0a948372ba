package dev.bourse.host.wasi;

import dev.bourse.host.abi.ResourceType;

/**
 * What is behind an {@code input-stream}. Used by the process's own thread; whatever makes it ready
 * from elsewhere wakes the process.
 */
public interface ByteSource {
  ResourceType<ByteSource> TYPE =
      ResourceType.of("input-stream", ByteSource.class, ByteSource::close);

  /** One that is at its end. */
  ByteSource EMPTY =
      new ByteSource() {
        @Override
        public byte[] read(int max) throws StreamException {
          throw StreamException.closed();
        }

        @Override
        public boolean isReady() {
          return true;
        }
      };

  /**
   * What there is, without waiting.
   *
   * @param max bytes at most, above 0
   * @return nothing if there is nothing yet
   * @throws StreamException at the end, or when no more can be had
   */
  byte[] read(int max) throws StreamException;

  /** Whether {@link #read} would give something, or the reason why it cannot. */
  boolean isReady();

  /** Nobody reads any more. */
  default void close() {}
}
