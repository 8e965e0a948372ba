package dev.bourse.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The tensor types of a GGUF file.
 *
 * <p>All types of the format have a name here, so that an error can name one that has no kernels;
 * {@link #supported()} tells which have.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">the GGUF
 *     specification</a>
 */
public enum TensorType {
  F32(0, 1, 4, true),
  F16(1, 1, 2, true),
  Q4_0(2, 32, 18, true),
  Q4_1(3, 32, 20, true),
  Q5_0(6, 32, 22, true),
  Q5_1(7, 32, 24, true),
  Q8_0(8, 32, 34, true),
  Q8_1(9, 32, 36, false),
  Q2_K(10, 256, 84, true),
  Q3_K(11, 256, 110, true),
  Q4_K(12, 256, 144, true),
  Q5_K(13, 256, 176, true),
  Q6_K(14, 256, 210, true),
  Q8_K(15, 256, 292, false),
  IQ2_XXS(16, 256, 66, false),
  IQ2_XS(17, 256, 74, false),
  IQ3_XXS(18, 256, 98, false),
  IQ1_S(19, 256, 50, false),
  IQ4_NL(20, 32, 18, true),
  IQ3_S(21, 256, 110, false),
  IQ2_S(22, 256, 82, false),
  IQ4_XS(23, 256, 136, true),
  I8(24, 1, 1, false),
  I16(25, 1, 2, false),
  I32(26, 1, 4, false),
  I64(27, 1, 8, false),
  F64(28, 1, 8, false),
  IQ1_M(29, 256, 56, false),
  BF16(30, 1, 2, true),
  TQ1_0(34, 256, 54, false),
  TQ2_0(35, 256, 66, false),
  MXFP4(39, 32, 17, true);

  private final int ggufId;
  private final int blockSize;
  private final int blockBytes;
  private final boolean supported;

  TensorType(int ggufId, int blockSize, int blockBytes, boolean supported) {
    this.ggufId = ggufId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
    this.supported = supported;
  }

  /**
   * The type with this number in a GGUF file.
   *
   * @throws IllegalArgumentException if the format defines no such type
   */
  public static TensorType ofGgufId(int id) {
    for (TensorType type : values()) {
      if (type.ggufId == id) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "tensor type number " + id + " is not defined by GGUF; the file may be damaged");
  }

  /** The number of this type in a GGUF file. */
  public int ggufId() {
    return ggufId;
  }

  /** Elements in a block; a row is a whole number of blocks. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of a block in a GGUF file. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether {@link WeightMatrix} and the kernels take this type. */
  public boolean supported() {
    return supported;
  }

  /**
   * Bytes of {@code elements} elements in a GGUF file.
   *
   * @throws IllegalArgumentException if they are not a whole number of blocks
   * @throws ArithmeticException if the size does not fit a {@code long}
   */
  public long bytes(long elements) {
    if (elements < 0 || elements % blockSize != 0) {
      throw new IllegalArgumentException(
          elements + " elements are not a whole number of " + this + " blocks of " + blockSize);
    }
    return Math.multiplyExact(elements / blockSize, (long) blockBytes);
  }

  /** The names of all types that have kernels, for messages. */
  public static String supportedNames() {
    return Arrays.stream(values())
        .filter(TensorType::supported)
        .map(TensorType::name)
        .collect(Collectors.joining(", "));
  }
}
