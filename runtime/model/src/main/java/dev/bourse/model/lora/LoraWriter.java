package dev.bourse.model.lora;

import dev.bourse.model.LoraAdapter;
import dev.bourse.model.LowRank;
import dev.bourse.model.ModelConfig;
import dev.bourse.model.Projection;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes an adapter as a GGUF file in 32-bit floats, which llama.cpp can load as well; read again,
 * it has the same digest.
 */
public final class LoraWriter {
  private static final int ALIGNMENT = 32;
  private static final int TYPE_STRING = 8;
  private static final int TYPE_FLOAT = 6;

  /** One matrix, {@code [rows][columns]} of it as the file has them. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Matrix(String name, int rows, int columns, float[] values) {
    long bytes() {
      return (long) Float.BYTES * values.length;
    }
  }

  private LoraWriter() {}

  /**
   * The bytes of the file.
   *
   * @throws IllegalArgumentException if the adapter changes nothing, or is too large for an array
   */
  public static byte[] gguf(LoraAdapter adapter, ModelConfig model) {
    float alpha = alpha(adapter);
    List<Matrix> matrices = new ArrayList<>();
    for (int layer = 0; layer < adapter.layers(); layer++) {
      for (Map.Entry<Projection, LowRank> entry : adapter.layer(layer).entrySet()) {
        LowRank delta = entry.getValue();
        String name = "blk.%d.%s.weight.lora_".formatted(layer, entry.getKey().ggufName());
        float[] b = transposed(delta.b(), delta.rank(), delta.rows());
        float correction = delta.scale() / (alpha / delta.rank());
        for (int i = 0; correction != 1 && i < b.length; i++) {
          b[i] *= correction;
        }
        matrices.add(
            new Matrix(
                name + "a",
                delta.rank(),
                delta.columns(),
                transposed(delta.a(), delta.columns(), delta.rank())));
        matrices.add(new Matrix(name + "b", delta.rows(), delta.rank(), b));
      }
    }
    return bytes(matrices, alpha, model.family().architecture());
  }

  /** The alpha of the first matrices; it is that of all where they were made with one. */
  private static float alpha(LoraAdapter adapter) {
    for (int layer = 0; layer < adapter.layers(); layer++) {
      for (LowRank delta : adapter.layer(layer).values()) {
        float alpha = delta.scale() * delta.rank();
        return alpha == 0 ? 1 : alpha;
      }
    }
    throw new IllegalArgumentException("the adapter is empty: there is nothing to write");
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] out = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        out[column * rows + row] = values[row * columns + column];
      }
    }
    return out;
  }

  private static byte[] bytes(List<Matrix> matrices, float alpha, String architecture) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    head.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    put(head, Integer.BYTES, to -> to.putInt(3));
    put(head, Long.BYTES, to -> to.putLong(matrices.size()));
    put(head, Long.BYTES, to -> to.putLong(4));
    text(head, "general.architecture", architecture);
    text(head, "general.type", "adapter");
    text(head, "adapter.type", "lora");
    string(head, "adapter.lora.alpha");
    put(head, 2 * Integer.BYTES, to -> to.putInt(TYPE_FLOAT).putFloat(alpha));
    long offset = 0;
    for (Matrix matrix : matrices) {
      string(head, matrix.name);
      put(head, Integer.BYTES, to -> to.putInt(2));
      // Innermost first.
      put(head, 2 * Long.BYTES, to -> to.putLong(matrix.columns).putLong(matrix.rows));
      long at = offset;
      put(head, Integer.BYTES + Long.BYTES, to -> to.putInt(0).putLong(at));
      offset += aligned(matrix.bytes());
    }
    long size = aligned(head.size()) + offset;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("an adapter of " + size + " bytes does not fit an array");
    }
    byte[] bytes = new byte[(int) size];
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put(head.toByteArray()).position((int) aligned(head.size()));
    for (Matrix matrix : matrices) {
      int at = file.position();
      file.asFloatBuffer().put(matrix.values);
      file.position((int) (at + aligned(matrix.bytes())));
    }
    return bytes;
  }

  private static void text(ByteArrayOutputStream out, String key, String value) {
    string(out, key);
    put(out, Integer.BYTES, to -> to.putInt(TYPE_STRING));
    string(out, value);
  }

  private static void string(ByteArrayOutputStream out, String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    put(out, Long.BYTES, to -> to.putLong(utf8.length));
    out.writeBytes(utf8);
  }

  private static void put(ByteArrayOutputStream out, int bytes, Consumer<ByteBuffer> filler) {
    byte[] filled = new byte[bytes];
    filler.accept(ByteBuffer.wrap(filled).order(ByteOrder.LITTLE_ENDIAN));
    out.writeBytes(filled);
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, (long) ALIGNMENT) * ALIGNMENT;
  }
}
