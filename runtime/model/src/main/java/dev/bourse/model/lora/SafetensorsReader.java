package dev.bourse.model.lora;

import dev.bourse.model.gguf.ModelFileException;
import dev.bourse.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a safetensors file: eight bytes of length, a header in JSON, the tensors.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">the format</a>
 */
final class SafetensorsReader {
  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int HEADER_BYTES_MAX = 16 << 20;
  private static final String METADATA = "__metadata__";

  private final String file;
  private final MemorySegment bytes;

  SafetensorsReader(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  List<AdapterTensor> read() throws ModelFileException {
    if (bytes.byteSize() < Long.BYTES) {
      throw problem("has %d bytes, too few for a safetensors file".formatted(bytes.byteSize()));
    }
    long length = bytes.get(LONG, 0);
    long left = bytes.byteSize() - Long.BYTES;
    if (length < 2 || length > Math.min(left, HEADER_BYTES_MAX)) {
      throw problem(
          "is neither a GGUF file nor a safetensors file: a header of %s bytes is not from 2 to %d"
              .formatted(Long.toUnsignedString(length), Math.min(left, HEADER_BYTES_MAX)));
    }
    String header =
        new String(
            bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE),
            StandardCharsets.UTF_8);
    MemorySegment data = bytes.asSlice(Long.BYTES + length);
    JsonNode tree;
    try {
      tree = JSON.readTree(header);
    } catch (JacksonException e) {
      throw new ModelFileException(
          file, "has a header that is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!tree.isObject()) {
      throw problem("has a header that is not a JSON object");
    }
    List<AdapterTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        tensors.add(tensor(entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private AdapterTensor tensor(String name, JsonNode entry, MemorySegment data)
      throws ModelFileException {
    TensorType type = type(name, entry.path("dtype").asString(""));
    List<Long> shape = numbers(name, "shape", entry.path("shape"));
    List<Long> offsets = numbers(name, "data_offsets", entry.path("data_offsets"));
    long size;
    try {
      size = type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
    } catch (ArithmeticException e) {
      throw new ModelFileException(
          file, "tensor '%s' has the shape %s, which no file can hold".formatted(name, shape), e);
    }
    if (offsets.size() != 2
        || offsets.getFirst() > offsets.getLast()
        || offsets.getLast() > data.byteSize()
        || offsets.getLast() - offsets.getFirst() != size) {
      throw problem(
          "tensor '%s' of %d bytes lies from %s of %d bytes"
              .formatted(name, size, offsets, data.byteSize()));
    }
    return new AdapterTensor(name, type, shape, data.asSlice(offsets.getFirst(), size));
  }

  private TensorType type(String name, String text) throws ModelFileException {
    return switch (text) {
      case "F32" -> TensorType.F32;
      case "F16" -> TensorType.F16;
      case "BF16" -> TensorType.BF16;
      default ->
          throw problem(
              "tensor '%s' has the type '%s'; supported are F32, F16 and BF16"
                  .formatted(name, text));
    };
  }

  private List<Long> numbers(String name, String what, JsonNode array) throws ModelFileException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode element : array) {
      if (!element.isIntegralNumber() || !element.canConvertToLong() || element.asLong() < 0) {
        throw problem("tensor '%s' has the %s %s".formatted(name, what, array));
      }
      numbers.add(element.asLong());
    }
    return numbers;
  }

  private ModelFileException problem(String problem) {
    return new ModelFileException(file, problem);
  }
}
