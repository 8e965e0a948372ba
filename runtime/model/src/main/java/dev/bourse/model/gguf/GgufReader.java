package dev.bourse.model.gguf;

import dev.bourse.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads and checks one file from front to back; an instance is used once. */
final class GgufReader {
  /** "GGUF", read as a little-endian integer. */
  private static final int MAGIC = 0x46554747;

  private static final int KEY_BYTES_MAX = 65_535;
  private static final int TENSOR_NAME_BYTES_MAX = 64;
  private static final int DIMENSIONS_MAX = 4;
  private static final int NESTING_MAX = 4;
  private static final int ARRAY_ELEMENTS_MAX = Integer.MAX_VALUE - 8;
  private static final int TEXT_BYTES_MAX = 1 << 28;

  private static final String ALIGNMENT_KEY = "general.alignment";
  private static final int ALIGNMENT_DEFAULT = 32;
  private static final int ALIGNMENT_MAX = 1 << 20;

  /** A key's length, its type, and one byte of value. */
  private static final int ENTRY_BYTES_AT_LEAST = 8 + 4 + 1;

  /** A name's length, the number of dimensions, one dimension, a type and an offset. */
  private static final int TENSOR_BYTES_AT_LEAST = 8 + 4 + 8 + 4 + 8;

  /** What the file says about a tensor, before its place is checked. */
  private record Announced(
      String name, TensorType type, List<Long> dimensions, long offset, long size) {
    long end() {
      return offset + size;
    }
  }

  private final String file;
  private final MemorySegment bytes;
  private final GgufCursor cursor;

  GgufReader(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
    this.cursor = new GgufCursor(file, bytes);
  }

  GgufFile read(@Nullable Arena arena) throws ModelFileException {
    int version = readHeader();
    long tensorCount = cursor.readCount(1, "the number of tensors");
    long entryCount = cursor.readCount(ENTRY_BYTES_AT_LEAST, "the number of metadata entries");
    Metadata metadata = new Metadata(file, readEntries(entryCount));
    int alignment = alignment(metadata);
    if (tensorCount > cursor.left() / TENSOR_BYTES_AT_LEAST) {
      throw cursor.problem(
          "claims "
              + tensorCount
              + " tensors, but the "
              + cursor.left()
              + " bytes after the metadata have no room for them; it is truncated or damaged");
    }
    List<Announced> announced = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      announced.add(readTensor(i, alignment));
    }
    return new GgufFile(file, bytes, version, metadata, place(announced, alignment), arena);
  }

  private int readHeader() throws ModelFileException {
    if (cursor.left() == 0) {
      throw cursor.problem("is empty, so it is no GGUF file");
    }
    int magic = cursor.readInt("the magic number 'GGUF'");
    if (magic != MAGIC) {
      throw cursor.problem(
          String.format(
              "is no GGUF file: it begins with the bytes %08x, not with 'GGUF'",
              Integer.reverseBytes(magic)));
    }
    int version = cursor.readInt("the version");
    if (version == 2 || version == 3) {
      return version;
    }
    int swapped = Integer.reverseBytes(version);
    throw cursor.problem(
        swapped == 2 || swapped == 3
            ? "is a big-endian GGUF file; only little-endian files are supported"
            : "has GGUF version "
                + Integer.toUnsignedString(version)
                + "; versions 2 and 3 are supported");
  }

  private Map<String, MetadataValue> readEntries(long count) throws ModelFileException {
    Map<String, MetadataValue> entries = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = cursor.readString(KEY_BYTES_MAX, "metadata key " + i);
      MetadataValue value = readValue(readType(key), "key '" + key + "'");
      if (entries.putIfAbsent(key, value) != null) {
        throw cursor.problem("has the metadata key '" + key + "' twice");
      }
    }
    return entries;
  }

  private MetadataType readType(String key) throws ModelFileException {
    int id = cursor.readInt("the type of key '" + key + "'");
    MetadataType type = MetadataType.byId(id);
    if (type == null) {
      throw cursor.problem(
          "key '" + key + "' has the unknown value type " + Integer.toUnsignedString(id));
    }
    return type;
  }

  private MetadataValue readValue(MetadataType type, String what) throws ModelFileException {
    return switch (type) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new MetadataValue.Whole(type, readInteger(cursor, type, what));
      case FLOAT32 -> new MetadataValue.Real(Float.intBitsToFloat(cursor.readInt(what)));
      case FLOAT64 -> new MetadataValue.Real(Double.longBitsToDouble(cursor.readLong(what)));
      case BOOL -> new MetadataValue.Flag(readFlag(what));
      case STRING -> new MetadataValue.Text(cursor.readString(TEXT_BYTES_MAX, what));
      case ARRAY -> readArray(what, 1);
    };
  }

  private MetadataValue.Array readArray(String what, int depth) throws ModelFileException {
    if (depth > NESTING_MAX) {
      throw cursor.problem(what + " nests arrays deeper than " + NESTING_MAX + " levels");
    }
    int id = cursor.readInt("the element type of " + what);
    MetadataType element = MetadataType.byId(id);
    if (element == null) {
      throw cursor.problem(
          what + " is an array of the unknown type " + Integer.toUnsignedString(id));
    }
    long count = cursor.readCount(element.bytesAtLeast(), "the number of elements of " + what);
    if (count > ARRAY_ELEMENTS_MAX) {
      throw cursor.problem(
          what + " has " + count + " elements; the limit is " + ARRAY_ELEMENTS_MAX);
    }
    long start = cursor.position();
    switch (element) {
      case STRING -> {
        for (long i = 0; i < count; i++) {
          cursor.readStringLength(TEXT_BYTES_MAX, what);
        }
      }
      case ARRAY -> {
        for (long i = 0; i < count; i++) {
          readArray(what, depth + 1);
        }
      }
      case BOOL -> {
        for (long i = 0; i < count; i++) {
          readFlag(what);
        }
      }
      default -> cursor.take(count * element.bytesAtLeast(), what);
    }
    MemorySegment elements = bytes.asSlice(start, cursor.position() - start);
    return new MetadataValue.Array(element, (int) count, elements, start);
  }

  private boolean readFlag(String what) throws ModelFileException {
    byte value = cursor.readByte(what);
    if (value != 0 && value != 1) {
      throw cursor.problem(what + " must be true (1) or false (0), but is " + (value & 0xff));
    }
    return value == 1;
  }

  static long readInteger(GgufCursor cursor, MetadataType type, String what)
      throws ModelFileException {
    return switch (type) {
      case UINT8 -> cursor.readByte(what) & 0xffL;
      case INT8 -> cursor.readByte(what);
      case UINT16 -> cursor.readShort(what) & 0xffffL;
      case INT16 -> cursor.readShort(what);
      case UINT32 -> cursor.readInt(what) & 0xffff_ffffL;
      case INT32 -> cursor.readInt(what);
      case UINT64, INT64 -> cursor.readLong(what);
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY ->
          throw new IllegalArgumentException(type + " is not an integer type");
    };
  }

  private int alignment(Metadata metadata) throws ModelFileException {
    OptionalLong value = metadata.integer(ALIGNMENT_KEY, 1, ALIGNMENT_MAX);
    long alignment = value.orElse(ALIGNMENT_DEFAULT);
    if (Long.bitCount(alignment) != 1) {
      throw cursor.problem(
          "key '" + ALIGNMENT_KEY + "' must be a power of two, but is " + alignment);
    }
    return (int) alignment;
  }

  private Announced readTensor(long index, int alignment) throws ModelFileException {
    String name = cursor.readString(TENSOR_NAME_BYTES_MAX, "the name of tensor " + index);
    String what = "tensor '" + name + "'";
    int count = cursor.readInt("the number of dimensions of " + what);
    if (count < 1 || count > DIMENSIONS_MAX) {
      throw cursor.problem(
          what
              + " has "
              + Integer.toUnsignedString(count)
              + " dimensions; 1 to "
              + DIMENSIONS_MAX
              + " are possible");
    }
    List<Long> dimensions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      dimensions.add(cursor.readLong("dimension " + i + " of " + what));
    }
    int typeId = cursor.readInt("the type of " + what);
    TensorType type = type(what, typeId);
    long offset = cursor.readLong("the offset of " + what);
    if (offset < 0 || offset % alignment != 0) {
      throw cursor.problem(
          what
              + " is at offset "
              + Long.toUnsignedString(offset)
              + ", which is no multiple of the alignment "
              + alignment);
    }
    return new Announced(name, type, List.copyOf(dimensions), offset, size(what, type, dimensions));
  }

  private TensorType type(String what, int id) throws ModelFileException {
    try {
      return TensorType.ofGgufId(id);
    } catch (IllegalArgumentException unknown) {
      throw new ModelFileException(
          file, what + " has the unknown type " + Integer.toUnsignedString(id), unknown);
    }
  }

  private long size(String what, TensorType type, List<Long> dimensions) throws ModelFileException {
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 1 || elements > bytes.byteSize() * type.blockSize() / dimension) {
        throw cursor.problem(
            what
                + " of type "
                + type
                + " has the shape "
                + GgufTensor.shape(dimensions)
                + ", which does not fit a file of "
                + bytes.byteSize()
                + " bytes; it is truncated or damaged");
      }
      elements *= dimension;
    }
    long innermost = dimensions.getFirst();
    if (innermost % type.blockSize() != 0) {
      throw cursor.problem(
          what
              + " has rows of "
              + innermost
              + " elements, which is no multiple of the "
              + type.blockSize()
              + " elements in a block of "
              + type);
    }
    return elements / type.blockSize() * type.blockBytes();
  }

  private Map<String, GgufTensor> place(List<Announced> announced, int alignment)
      throws ModelFileException {
    long dataStart = Math.ceilDiv(cursor.position(), (long) alignment) * alignment;
    Map<String, GgufTensor> tensors = LinkedHashMap.newLinkedHashMap(announced.size());
    for (Announced tensor : announced) {
      long start = dataStart + tensor.offset();
      long room = start < 0 || start > bytes.byteSize() ? 0 : bytes.byteSize() - start;
      if (tensor.size() > room) {
        throw cursor.problem(
            "tensor '"
                + tensor.name()
                + "' needs "
                + tensor.size()
                + " bytes at offset "
                + Long.toUnsignedString(start)
                + ", but the file of "
                + bytes.byteSize()
                + " bytes has only "
                + room
                + " there; it is truncated or damaged");
      }
      MemorySegment data = bytes.asSlice(start, tensor.size());
      GgufTensor placed =
          new GgufTensor(tensor.name(), tensor.type(), tensor.dimensions(), start, data);
      if (tensors.putIfAbsent(tensor.name(), placed) != null) {
        throw cursor.problem("has the tensor '" + tensor.name() + "' twice");
      }
    }
    checkDisjoint(announced);
    return tensors;
  }

  private void checkDisjoint(List<Announced> announced) throws ModelFileException {
    List<Announced> byOffset = new ArrayList<>(announced);
    byOffset.sort(Comparator.comparingLong(Announced::offset));
    for (int i = 1; i < byOffset.size(); i++) {
      Announced before = byOffset.get(i - 1);
      Announced after = byOffset.get(i);
      if (after.offset() < before.end()) {
        throw cursor.problem(
            "tensor '"
                + after.name()
                + "' begins at offset "
                + after.offset()
                + " of the data, inside tensor '"
                + before.name()
                + "', which ends at "
                + before.end());
      }
    }
  }
}
