package dev.bourse.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Just enough of GGUF (v2, v3) to read the vocabularies that the tests compare with. */
final class GgufMetadata {

  private final ByteBuffer in;
  private final Map<String, Object> values = new HashMap<>();

  private GgufMetadata(ByteBuffer in) {
    this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    in.position(16); // magic, version, number of tensors
    long count = in.getLong();
    for (long i = 0; i < count; i++) {
      values.put(string(), value(in.getInt()));
    }
  }

  static GgufMetadata read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      return new GgufMetadata(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }

  /** The vocabulary, as the module that knows GGUF would build it. */
  Vocabulary vocabulary() {
    Vocabulary.Builder builder =
        Vocabulary.builder(text("tokenizer.ggml.model"), text("tokenizer.ggml.pre"))
            .tokens(strings("tokenizer.ggml.tokens"))
            .types(ints("tokenizer.ggml.token_type"))
            .merges(strings("tokenizer.ggml.merges"));
    if (values.get("tokenizer.ggml.scores") instanceof List<?> scores) {
      float[] floats = new float[scores.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (Float) scores.get(i);
      }
      builder.scores(floats);
    }
    if (values.get("tokenizer.ggml.bos_token_id") instanceof Integer id) {
      builder.bos(id);
    }
    if (values.get("tokenizer.ggml.eos_token_id") instanceof Integer id) {
      builder.eos(id);
    }
    if (values.get("tokenizer.ggml.padding_token_id") instanceof Integer id) {
      builder.pad(id);
    }
    if (values.get("tokenizer.ggml.add_bos_token") instanceof Boolean add) {
      builder.addBos(add);
    }
    if (values.get("tokenizer.ggml.add_eos_token") instanceof Boolean add) {
      builder.addEos(add);
    }
    return builder.build();
  }

  private String text(String key) {
    return String.valueOf(values.get(key));
  }

  private List<String> strings(String key) {
    List<String> strings = new ArrayList<>();
    for (Object element : (List<?>) values.getOrDefault(key, List.of())) {
      strings.add((String) element);
    }
    return strings;
  }

  private int[] ints(String key) {
    return ((List<?>) values.getOrDefault(key, List.of()))
        .stream().mapToInt(element -> (Integer) element).toArray();
  }

  private String string() {
    byte[] bytes = new byte[(int) in.getLong()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Object value(int type) {
    return switch (type) {
      case 0, 1 -> (int) in.get();
      case 2, 3 -> (int) in.getShort();
      case 4, 5 -> in.getInt();
      case 6 -> in.getFloat();
      case 7 -> in.get() != 0;
      case 8 -> string();
      case 9 -> array();
      case 10, 11 -> in.getLong();
      case 12 -> in.getDouble();
      default -> throw new IllegalStateException("GGUF value type " + type);
    };
  }

  private List<Object> array() {
    int type = in.getInt();
    long count = in.getLong();
    List<Object> elements = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      elements.add(value(type));
    }
    return elements;
  }
}
