package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.ROWS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The weights of a linear layer, {@code rows × cols}, in blocks of 16 interleaved rows.
 *
 * <p>The blocks of rows {@code 16 g … 16 g + 15} follow each other, from the first columns to the
 * last, and then come those of the next group of rows; {@link BlockFormat} tells what is inside.
 * The bits are those of the GGUF file in another order; the 6-bit scales of some types take whole
 * bytes. Missing rows of the last group are zero.
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
    BlockFormat format = BlockFormat.of(type);
    if (rows <= 0 || cols <= 0 || cols % format.columns() != 0) {
      throw new IllegalArgumentException(
          "tensor %s is %d rows × %d columns of %s: rows must be positive, columns a multiple of %d"
              .formatted(name, rows, cols, type, format.columns()));
    }
    long expected = type.bytes((long) rows * cols);
    if (source.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s is %d rows × %d columns of %s, %d bytes, but %d bytes were given"
              .formatted(name, rows, cols, type, expected, source.byteSize()));
    }
    int groups = Math.ceilDiv(rows, ROWS);
    long groupBytes = (long) (cols / format.columns()) * format.bytes();
    OffHeapMemory memory = OffHeapMemory.allocate(groups * groupBytes);
    WeightMatrix matrix = new WeightMatrix(format, rows, cols, memory);
    Repacker[] repackers = new Repacker[pool.threads()];
    try {
      pool.run(
          groups,
          (group, worker) -> {
            if (repackers[worker] == null) {
              repackers[worker] = matrix.new Repacker(source);
            }
            repackers[worker].repack(group);
          });
    } catch (Throwable failure) {
      memory.close();
      throw failure;
    }
    return matrix;
  }

  /** One worker's part in repacking: it owns the buffers. */
  private final class Repacker {
    private final MemorySegment source;
    private final int rowBytes = Math.toIntExact(format.type().bytes(cols));
    private final byte[] in = new byte[Math.multiplyExact(ROWS, rowBytes)];
    private final byte[] out = new byte[format.bytes()];
    private final GgufBlock block = new GgufBlock(format);

    Repacker(MemorySegment source) {
      this.source = source;
    }

    void repack(int group) {
      int present = Math.min(ROWS, rows - group * ROWS);
      MemorySegment.copy(
          source, ValueLayout.JAVA_BYTE, (long) group * ROWS * rowBytes, in, 0, present * rowBytes);
      int blockBytes = Math.toIntExact(format.type().bytes(format.columns()));
      for (int b = 0; b < cols / format.columns(); b++) {
        Arrays.fill(out, (byte) 0);
        for (int row = 0; row < present; row++) {
          block.move(in, row * rowBytes + b * blockBytes, out, 0, row);
        }
        MemorySegment.copy(
            out,
            0,
            segment,
            ValueLayout.JAVA_BYTE,
            headOffset(group, b * format.slices()),
            format.bytes());
      }
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
   * Dequantizes one row, as an embedding lookup does: scale · level + minimum, one rounding.
   *
   * @param out receives {@link #cols()} floats from {@code outAt} on
   * @param scratch of the calling thread
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public void row(int row, float[] out, int outAt, Scratch scratch) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row " + row + " of a matrix with " + rows + " rows");
    }
    int group = row / ROWS;
    int lane = row % ROWS;
    for (int slice = 0; slice < slices(); slice++) {
      decode(group, slice, scratch);
      for (int k = 0; k < COLUMNS; k++) {
        int at = k / format.groupColumns() * ROWS + lane;
        float level = scratch.panel[k * ROWS + lane];
        float scale = scratch.scales[at];
        out[outAt + slice * COLUMNS + k] =
            format.scaling().hasMinima()
                ? Math.fma(level, scale, scratch.minima[at])
                : level * scale;
      }
    }
  }

  /**
   * Decodes a slice of 16 rows: its levels to {@code [32][16]} of the scratch's panel, the scales
   * and minima of its groups to {@code [groups][16]}.
   */
  void decode(int group, int slice, Scratch scratch) {
    byte[] bytes = scratch.block;
    int head = format.headBytes();
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, headOffset(group, slice), bytes, 0, head);
    MemorySegment.copy(
        segment,
        ValueLayout.JAVA_BYTE,
        sliceOffset(group, slice),
        bytes,
        head,
        format.sliceBytes());
    format.decodeLevels(bytes, head, scratch.panel, 0, ROWS);
    for (int g = 0; g < format.groups(); g++) {
      int groupAt = head + g * format.scaling().groupBytes();
      format.scaling().decode(bytes, 0, groupAt, scratch.scales, scratch.minima, g * ROWS);
    }
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

  /** Slices of 32 columns in a group. */
  int slices() {
    return cols / COLUMNS;
  }

  /** Bytes of a group of 16 rows. */
  long groupBytes() {
    return (long) (cols / format.columns()) * format.bytes();
  }

  /** Where the head of the block with a slice starts in {@link #segment()}. */
  long headOffset(int group, int slice) {
    int blocks = cols / format.columns();
    return ((long) group * blocks + slice / format.slices()) * format.bytes();
  }

  /** Where a slice starts in {@link #segment()}. */
  long sliceOffset(int group, int slice) {
    return headOffset(group, slice)
        + format.headBytes()
        + (long) (slice % format.slices()) * format.sliceBytes();
  }

  /** Gives the memory back. */
  @Override
  public void close() {
    memory.close();
  }
}
