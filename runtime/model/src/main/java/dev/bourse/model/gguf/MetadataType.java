package dev.bourse.model.gguf;

import org.jspecify.annotations.Nullable;

/**
 * The types a metadata value can have.
 *
 * <p>Source: {@code enum gguf_metadata_value_type} of the GGUF specification.
 */
enum MetadataType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 8),
  ARRAY(9, 12),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  private static final MetadataType[] VALUES = values();

  private final int id;
  private final int bytesAtLeast;

  MetadataType(int id, int bytesAtLeast) {
    this.id = id;
    this.bytesAtLeast = bytesAtLeast;
  }

  static @Nullable MetadataType byId(int id) {
    for (MetadataType type : VALUES) {
      if (type.id == id) {
        return type;
      }
    }
    return null;
  }

  /** The number by which a file names this type. */
  int id() {
    return id;
  }

  /** The size of a scalar, or of an empty string or array. */
  int bytesAtLeast() {
    return bytesAtLeast;
  }

  boolean isInteger() {
    return switch (this) {
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> true;
      case FLOAT32, FLOAT64, BOOL, STRING, ARRAY -> false;
    };
  }
}
