package dev.bourse.model.gguf;

import dev.bourse.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor of a GGUF file: what the file says about it, and a view of its bytes.
 *
 * @param name the name, unique in its file
 * @param type the type of its elements
 * @param dimensions one to four sizes, innermost first, each at least 1, as the file has them
 * @param fileOffset where the bytes begin, from the start of the file
 * @param data the bytes in the file's layout, read-only
 */
public record GgufTensor(
    String name, TensorType type, List<Long> dimensions, long fileOffset, MemorySegment data) {

  /** The number of elements. */
  public long elements() {
    long product = 1;
    for (long dimension : dimensions) {
      product *= dimension;
    }
    return product;
  }

  /** The dimensions as text, {@code [256, 2048]}. */
  public String shape() {
    return shape(dimensions);
  }

  static String shape(List<Long> dimensions) {
    return dimensions.stream()
        .map(Long::toUnsignedString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
