package dev.bourse.model.lora;

import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of an adapter file.
 *
 * @param type of its elements
 * @param shape outermost first
 * @param data its elements, as many as the shape says, little-endian
 */
record AdapterTensor(String name, TensorType type, List<Long> shape, MemorySegment data) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Whether its elements are floats that can be read. */
  boolean isFloat() {
    return type == TensorType.F32 || type == TensorType.F16 || type == TensorType.BF16;
  }

  /**
   * Its elements with rows and columns exchanged, {@code [columns][rows]}.
   *
   * @throws ModelFileException if one is not a finite number
   */
  float[] transposed(String file) throws ModelFileException {
    int rows = Math.toIntExact(shape.getFirst());
    int columns = Math.toIntExact(shape.getLast());
    float[] out = new float[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        float value = element((long) row * columns + column);
        if (!Float.isFinite(value)) {
          throw new ModelFileException(
              file,
              "tensor '%s' has %s in row %d, column %d: only finite numbers can be added"
                  .formatted(name, value, row, column));
        }
        out[column * rows + row] = value;
      }
    }
    return out;
  }

  private float element(long index) {
    return switch (type) {
      case F32 -> data.get(FLOAT, index * Float.BYTES);
      case F16 -> Float.float16ToFloat(data.get(SHORT, index * Short.BYTES));
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, index * Short.BYTES) << 16);
      default -> throw new IllegalStateException(name + " is of type " + type);
    };
  }
}
