package dev.bourse.model.gguf;

import dev.bourse.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Writes GGUF files for tests, well-formed ones and, where asked to, wrong ones. */
public final class GgufWriter {
  private final int version;
  private final int alignment;
  private final Bytes entries = new Bytes();
  private final Bytes tensors = new Bytes();
  private final Bytes data = new Bytes();
  private long entryCount;
  private long tensorCount;

  /** A version 3 file with the default alignment. */
  public GgufWriter() {
    this(3, 32);
  }

  public GgufWriter(int version, int alignment) {
    this.version = version;
    this.alignment = alignment;
    if (alignment != 32) {
      integer("general.alignment", alignment);
    }
  }

  public GgufWriter text(String key, String value) {
    entry(key, MetadataType.STRING).text(value);
    return this;
  }

  public GgufWriter integer(String key, int value) {
    entry(key, MetadataType.UINT32).i32(value);
    return this;
  }

  public GgufWriter real(String key, float value) {
    entry(key, MetadataType.FLOAT32).i32(Float.floatToRawIntBits(value));
    return this;
  }

  public GgufWriter flag(String key, boolean value) {
    entry(key, MetadataType.BOOL).i8(value ? 1 : 0);
    return this;
  }

  public GgufWriter texts(String key, List<String> values) {
    Bytes out = entry(key, MetadataType.ARRAY).i32(MetadataType.STRING.id());
    out.i64(values.size());
    values.forEach(out::text);
    return this;
  }

  public GgufWriter integers(String key, int... values) {
    Bytes out = entry(key, MetadataType.ARRAY).i32(MetadataType.INT32.id());
    out.i64(values.length);
    Arrays.stream(values).forEach(out::i32);
    return this;
  }

  /** A value given as the bytes the file will hold. */
  GgufWriter raw(String key, int type, byte[] value) {
    entryCount++;
    entries.text(key).i32(type).raw(value);
    return this;
  }

  /** A tensor whose bytes are placed after those before it. */
  public GgufWriter tensor(String name, TensorType type, byte[] bytes, long... dimensions) {
    announce(name, type.ggufId(), data.size(), dimensions);
    data.raw(bytes).pad(alignment);
    return this;
  }

  /** What a file says about a tensor, without any bytes for it. */
  GgufWriter announce(String name, int type, long offset, long... dimensions) {
    tensorCount++;
    tensors.text(name).i32(dimensions.length);
    Arrays.stream(dimensions).forEach(tensors::i64);
    tensors.i32(type).i64(offset);
    return this;
  }

  public byte[] bytes() {
    return bytes(tensorCount, entryCount);
  }

  byte[] bytes(long claimedTensors, long claimedEntries) {
    Bytes file = new Bytes();
    file.raw("GGUF".getBytes(StandardCharsets.US_ASCII)).i32(version);
    file.i64(claimedTensors).i64(claimedEntries);
    file.raw(entries.bytes()).raw(tensors.bytes()).pad(alignment).raw(data.bytes());
    return file.bytes();
  }

  private Bytes entry(String key, MetadataType type) {
    entryCount++;
    return entries.text(key).i32(type.id());
  }

  /** Little-endian output. */
  static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes i8(int value) {
      out.write(value);
      return this;
    }

    Bytes i32(int value) {
      return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    Bytes i64(long value) {
      return raw(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    Bytes text(String value) {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      return i64(utf8.length).raw(utf8);
    }

    Bytes raw(byte[] value) {
      try {
        out.write(value);
      } catch (IOException impossible) {
        throw new UncheckedIOException(impossible);
      }
      return this;
    }

    Bytes pad(int alignment) {
      while (out.size() % alignment != 0) {
        out.write(0);
      }
      return this;
    }

    long size() {
      return out.size();
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
