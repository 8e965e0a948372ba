package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The weights of a linear layer, {@code rows × cols}, in blocks of 16 interleaved rows by 32
 * columns.
 *
 * <p>The block of rows {@code 16 g … 16 g + 15} and columns {@code 32 b … 32 b + 31} starts at byte
 * {@code (g · cols/32 + b) · blockBytes}; {@link BlockFormat} tells what is inside. The bytes are
 * those of the GGUF file in another order. Missing rows of the last group are zero.
 */
public final class WeightMatrix implements AutoCloseable {
  private final BlockFormat format;
  private final int rows;
  private final int cols;
  private final OffHeapMemory memory;
  private final MemorySegment segment;

  private WeightMatrix(BlockFormat format, int rows, int cols, OffHeapMemory memory) {
    this.format = format;
    this.rows = rows;
    this.cols = cols;
    this.memory = memory;
    this.segment = memory.segment();
  }

  /**
   * Repacks a tensor of a GGUF file.
   *
   * @param name of the tensor, for messages
   * @param source the tensor's bytes in GGUF's layout, row after row; not kept
   * @param pool does the work
   * @throws IllegalArgumentException if the type has no kernels, {@code cols} is not a multiple of
   *     32, or {@code source} has another size than {@code rows × cols} elements
   */
  public static WeightMatrix repack(
      String name, TensorType type, int rows, int cols, MemorySegment source, WorkerPool pool) {
    if (!type.supported()) {
      throw new IllegalArgumentException(
          "tensor %s has type %s, which is not supported: use one of %s"
              .formatted(name, type, TensorType.supportedNames()));
    }
    if (rows <= 0 || cols <= 0 || cols % COLUMNS != 0) {
      throw new IllegalArgumentException(
          "tensor %s is %d rows × %d columns: rows must be positive, columns a multiple of %d"
              .formatted(name, rows, cols, COLUMNS));
    }
    long expected = type.bytes((long) rows * cols);
    if (source.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s is %d rows × %d columns of %s, %d bytes, but %d bytes were given"
              .formatted(name, rows, cols, type, expected, source.byteSize()));
    }
    BlockFormat format = BlockFormat.of(type);
    int groups = Math.ceilDiv(rows, ROWS);
    long groupBytes = (long) (cols / COLUMNS) * format.bytes();
    OffHeapMemory memory = OffHeapMemory.allocate(groups * groupBytes);
    WeightMatrix matrix = new WeightMatrix(format, rows, cols, memory);
    byte[][] buffers = new byte[2 * pool.threads()][];
    try {
      pool.run(
          groups,
          (group, worker) -> {
            if (buffers[2 * worker] == null) {
              buffers[2 * worker] = new byte[Math.toIntExact(groupBytes)];
              buffers[2 * worker + 1] = new byte[format.bytes()];
            }
            matrix.repackGroup(source, group, buffers[2 * worker], buffers[2 * worker + 1]);
          });
    } catch (Throwable failure) {
      memory.close();
      throw failure;
    }
    return matrix;
  }

  private void repackGroup(MemorySegment source, int group, byte[] in, byte[] out) {
    int rowBytes = blocks() * format.rowBytes();
    int present = Math.min(ROWS, rows - group * ROWS);
    int bytes = present * rowBytes;
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, (long) group * ROWS * rowBytes, in, 0, bytes);
    Arrays.fill(in, bytes, ROWS * rowBytes, (byte) 0);
    for (int b = 0; b < blocks(); b++) {
      format.interleave(in, b * format.rowBytes(), rowBytes, out, 0);
      MemorySegment.copy(
          out, 0, segment, ValueLayout.JAVA_BYTE, blockOffset(group, b), format.bytes());
    }
  }

  /** Output rows. */
  public int rows() {
    return rows;
  }

  /** Input columns. */
  public int cols() {
    return cols;
  }

  public TensorType type() {
    return format.type();
  }

  /** Bytes of the weights, padding included: what a matrix × vector product reads. */
  public long bytes() {
    return segment.byteSize();
  }

  /**
   * Dequantizes one row, as an embedding lookup does: weight times scale, one rounding.
   *
   * @param out receives {@link #cols()} floats from {@code outAt} on
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public void row(int row, float[] out, int outAt) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of a matrix with " + rows + " rows");
    }
    int group = row / ROWS;
    int lane = row % ROWS;
    for (int b = 0; b < blocks(); b++) {
      RowDecoder.decode(format, segment, blockOffset(group, b), lane, out, outAt + b * COLUMNS);
    }
  }

  /** Dequantizes one row to the start of {@code out}. */
  public void row(int row, float[] out) {
    row(row, out, 0);
  }

  BlockFormat format() {
    return format;
  }

  MemorySegment segment() {
    return segment;
  }

  /** Groups of 16 rows, the last one padded. */
  int groups() {
    return Math.ceilDiv(rows, ROWS);
  }

  /** Blocks of 32 columns in a group. */
  int blocks() {
    return cols / COLUMNS;
  }

  /** Where a block starts in {@link #segment()}. */
  long blockOffset(int group, int block) {
    return ((long) group * blocks() + block) * format.bytes();
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    memory.close();
  }
}
