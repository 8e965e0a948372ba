package dev.bourse.tensor;

import static dev.bourse.tensor.BlockFormat.COLUMNS;
import static dev.bourse.tensor.BlockFormat.INT;
import static dev.bourse.tensor.BlockFormat.ROWS;
import static dev.bourse.tensor.BlockFormat.SHORT;

/**
 * One row's block of a GGUF file, taken apart, and put into its place among the 16 rows of a {@link
 * BlockFormat}'s block.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h">the layouts</a>
 */
final class GgufBlock {
  private static final int SUPER_COLUMNS = 256;

  private final BlockFormat format;

  /** The row's part of the head: an f16, or an exponent. */
  private short factor;

  /** The second f16 of the head. */
  private short minimumFactor;

  /** Numbers of the groups, which their scales and minima are multiples of. */
  private final byte[] scales = new byte[SUPER_COLUMNS / 16];

  private final byte[] minima = new byte[SUPER_COLUMNS / 16];

  /** Elements of at most 8 bits. */
  private final byte[] codes = new byte[SUPER_COLUMNS];

  GgufBlock(BlockFormat format) {
    this.format = format;
  }

  /**
   * Moves a row's block from a GGUF file to its place.
   *
   * @param in the GGUF block at {@code at}
   * @param out a block of 16 rows from {@code outAt} on, all bytes of it zero at first
   * @param row its row among the 16
   */
  void move(byte[] in, int at, byte[] out, int outAt, int row) {
    switch (format.elements()) {
      case F32, F16, BF16 -> moveFloats(in, at, out, outAt, row);
      case INT8, CODES -> {
        read(in, at);
        write(out, outAt, row);
      }
    }
  }

  private void moveFloats(byte[] in, int at, byte[] out, int outAt, int row) {
    int size = format.type().blockBytes();
    for (int k = 0; k < COLUMNS; k++) {
      System.arraycopy(in, at + k * size, out, outAt + (k * ROWS + row) * size, size);
    }
  }

  private void read(byte[] in, int at) {
    switch (format) {
      case F32, F16, BF16 -> throw new IllegalStateException("floats are not taken apart");
      case Q8_0 -> {
        factor = half(in, at);
        System.arraycopy(in, at + 2, codes, 0, COLUMNS);
      }
      case Q4_0 -> {
        factor = half(in, at);
        nibbles(in, at + 2, 16, 0);
        subtract(8);
      }
      case Q4_1 -> {
        factor = half(in, at);
        minimumFactor = half(in, at + 2);
        nibbles(in, at + 4, 16, 0);
      }
      case Q5_0 -> {
        factor = half(in, at);
        nibbles(in, at + 6, 16, 0);
        fifthBits((int) INT.get(in, at + 2));
        subtract(16);
      }
      case Q5_1 -> {
        factor = half(in, at);
        minimumFactor = half(in, at + 2);
        nibbles(in, at + 8, 16, 0);
        fifthBits((int) INT.get(in, at + 4));
      }
      case Q2_K -> readQ2K(in, at);
      case Q3_K -> readQ3K(in, at);
      case Q4_K -> {
        factor = half(in, at);
        minimumFactor = half(in, at + 2);
        sixBitScales(in, at + 4);
        for (int k = 0; k < SUPER_COLUMNS; k += 64) {
          nibbles(in, at + 16 + k / 2, 32, k);
        }
      }
      case Q5_K -> {
        factor = half(in, at);
        minimumFactor = half(in, at + 2);
        sixBitScales(in, at + 4);
        for (int k = 0; k < SUPER_COLUMNS; k += 64) {
          nibbles(in, at + 48 + k / 2, 32, k);
        }
        for (int k = 0; k < SUPER_COLUMNS; k++) {
          codes[k] |= (byte) (bits(in[at + 16 + k % 32], k / 32, 1) << 4);
        }
      }
      case Q6_K -> readQ6K(in, at);
      case IQ4_NL -> {
        factor = half(in, at);
        nibbles(in, at + 2, 16, 0);
      }
      case IQ4_XS -> {
        factor = half(in, at);
        int high = half(in, at + 2);
        for (int group = 0; group < 8; group++) {
          int low = bits(in[at + 4 + group / 2], group % 2 * 4, 4);
          scales[group] = (byte) ((low | bits(high, group * 2, 2) << 4) - 32);
          nibbles(in, at + 8 + group * 16, 16, group * 32);
        }
      }
      case MXFP4 -> {
        factor = in[at];
        nibbles(in, at + 1, 16, 0);
      }
    }
  }

  /** Some bits of a number, from {@code shift} on. */
  private static int bits(int number, int shift, int count) {
    return (number >> shift) & ((1 << count) - 1);
  }

  private static short half(byte[] in, int at) {
    return (short) SHORT.get(in, at);
  }

  /** Low halves of {@code count} bytes for {@code count} columns, then the high halves. */
  private void nibbles(byte[] in, int at, int count, int column) {
    for (int i = 0; i < count; i++) {
      codes[column + i] = (byte) bits(in[at + i], 0, 4);
      codes[column + count + i] = (byte) bits(in[at + i], 4, 4);
    }
  }

  private void fifthBits(int word) {
    for (int k = 0; k < COLUMNS; k++) {
      codes[k] |= (byte) (bits(word, k, 1) << 4);
    }
  }

  private void subtract(int offset) {
    for (int k = 0; k < format.columns(); k++) {
      codes[k] -= (byte) offset;
    }
  }

  /** Eight scales and eight minima of six bits in twelve bytes. */
  private void sixBitScales(byte[] in, int at) {
    for (int i = 0; i < 4; i++) {
      int a = in[at + i];
      int b = in[at + 4 + i];
      int c = in[at + 8 + i];
      scales[i] = (byte) bits(a, 0, 6);
      minima[i] = (byte) bits(b, 0, 6);
      scales[4 + i] = (byte) (bits(c, 0, 4) | bits(a, 6, 2) << 4);
      minima[4 + i] = (byte) (bits(c, 4, 4) | bits(b, 6, 2) << 4);
    }
  }

  private void readQ2K(byte[] in, int at) {
    factor = half(in, at + 80);
    minimumFactor = half(in, at + 82);
    System.arraycopy(in, at, scales, 0, 16);
    twoBits(in, at + 16);
  }

  /** Column 128 h + 32 j + l is in byte 32 h + l, 2 j bits up. */
  private void twoBits(byte[] in, int at) {
    for (int k = 0; k < SUPER_COLUMNS; k++) {
      codes[k] = (byte) bits(in[at + k / 128 * 32 + k % 32], k % 128 / 32 * 2, 2);
    }
  }

  private void readQ3K(byte[] in, int at) {
    factor = half(in, at + 108);
    twoBits(in, at + 32);
    for (int k = 0; k < SUPER_COLUMNS; k++) {
      codes[k] = (byte) ((codes[k] | bits(in[at + k % 32], k / 32, 1) << 2) - 4);
    }
    int packed = at + 96;
    for (int group = 0; group < 16; group++) {
      int low = bits(in[packed + group % 8], group / 8 * 4, 4);
      int high = bits(in[packed + 8 + group % 4], group / 4 * 2, 2);
      scales[group] = (byte) ((low | high << 4) - 32);
    }
  }

  private void readQ6K(byte[] in, int at) {
    factor = half(in, at + 208);
    System.arraycopy(in, at + 192, scales, 0, 16);
    for (int k = 0; k < SUPER_COLUMNS; k++) {
      int part = k / 128;
      int low = bits(in[at + part * 64 + k % 64], k % 128 / 64 * 4, 4);
      int high = bits(in[at + 128 + part * 32 + k % 32], k % 128 / 32 * 2, 2);
      codes[k] = (byte) ((low | high << 4) - 32);
    }
  }

  private void write(byte[] out, int at, int row) {
    writeHead(out, at, row);
    Codes kind = format.codes();
    for (int slice = 0; slice < format.slices(); slice++) {
      int sliceAt = at + format.headBytes() + slice * format.sliceBytes();
      writeGroups(out, sliceAt, slice, row);
      int column = slice * COLUMNS;
      if (format.elements() == BlockFormat.Elements.INT8) {
        for (int k = 0; k < COLUMNS; k++) {
          out[sliceAt + format.elementsAt() + k * ROWS + row] = codes[column + k];
        }
      } else {
        writePlane(out, sliceAt + format.elementsAt(), kind.lowBits(), 0, column, row);
        writePlane(
            out, sliceAt + format.highPlaneAt(), kind.highBits(), kind.lowBits(), column, row);
      }
    }
  }

  private void writeHead(byte[] out, int at, int row) {
    switch (format.scaling()) {
      case NONE -> {}
      case HALF, GROUPS -> SHORT.set(out, at + row * Short.BYTES, factor);
      case EXPONENT -> out[at + row] = (byte) factor;
      case HALF_AND_MINIMUM, GROUPS_AND_MINIMA, GROUP_NIBBLES -> {
        SHORT.set(out, at + row * Short.BYTES, factor);
        SHORT.set(out, at + (ROWS + row) * Short.BYTES, minimumFactor);
      }
    }
  }

  private void writeGroups(byte[] out, int at, int slice, int row) {
    int groupBytes = format.scaling().groupBytes();
    for (int g = 0; groupBytes > 0 && g < format.groups(); g++) {
      int group = slice * format.groups() + g;
      int to = at + g * groupBytes + row;
      out[to] = scales[group];
      if (groupBytes > ROWS) {
        out[to + ROWS] = minima[group];
      }
    }
  }

  /** Packs {@code bits} bits of each code, from bit {@code from} on, of 32 columns. */
  private void writePlane(byte[] out, int at, int bits, int from, int column, int row) {
    int columns = bits == 0 ? 0 : Integer.SIZE / bits;
    for (int word = 0; word < bits; word++) {
      int packed = 0;
      for (int i = 0; i < columns; i++) {
        packed = packed << bits | bits(codes[column + word * columns + i], from, bits);
      }
      INT.set(out, at + (word * ROWS + row) * Integer.BYTES, packed);
    }
  }
}
