package dev.bourse.host.wasi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;

/**
 * An open file, held by a descriptor and by the streams made from it; closed when the last of them
 * lets go, so that a stream goes on when its descriptor is dropped.
 */
final class OpenFile {
  private final Volume volume;
  private final SeekableByteChannel channel;
  private int holders = 1;

  OpenFile(Volume volume, SeekableByteChannel channel) {
    this.volume = volume;
    this.channel = channel;
  }

  OpenFile retain() {
    holders++;
    return this;
  }

  void release() {
    if (--holders == 0) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException("a file cannot be closed", e);
      } finally {
        volume.closed();
      }
    }
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Up to {@code max} bytes; fewer only at the end of the file. */
  byte[] read(long offset, int max) throws IOException, FileException {
    if (offset < 0) {
      throw new FileException(ErrorCode.INVALID);
    }
    int wanted = (int) Math.min(max, Math.max(0, channel.size() - offset));
    ByteBuffer bytes = ByteBuffer.allocate(wanted);
    channel.position(offset);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // Reads on until the end.
    }
    return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
  }

  /** Writes all of {@code values}; what lies between the end of the file and them becomes zero. */
  void write(long offset, byte[] values) throws FileException {
    if (offset < 0) {
      throw new FileException(ErrorCode.INVALID);
    }
    volume.requireLength(offset + values.length);
    ByteBuffer bytes = ByteBuffer.wrap(values);
    try {
      channel.position(offset);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      // In memory nothing fails but for want of room.
      throw new FileException(ErrorCode.QUOTA);
    }
  }

  void setSize(long size) throws IOException, FileException {
    volume.requireLength(size);
    if (size > channel.size()) {
      write(size - 1, new byte[1]);
    } else {
      channel.truncate(size);
    }
  }
}
