package dev.bourse.server.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A list of embeddings. */
final class EmbeddingReply implements Reply {
  private final ModelCard model;
  private final boolean base64;
  private final Optional<Integer> dimensions;
  private final ArrayNode data = Json.NODES.arrayNode();
  private ObjectNode usage = Json.object();
  private ObjectNode extension = Json.object();

  /**
   * A reply.
   *
   * @param dimensions how many numbers of each vector are wanted; all if empty
   */
  EmbeddingReply(ModelCard model, boolean base64, Optional<Integer> dimensions) {
    this.model = model;
    this.base64 = base64;
    this.dimensions = dimensions;
  }

  @Override
  public void accept(JsonNode event, Consumer<ObjectNode> chunks) {
    if (event.path("type").asString("").equals("usage")) {
      long tokens = event.path("prompt_tokens").longValue();
      usage = Json.object().put("prompt_tokens", tokens).put("total_tokens", tokens);
      extension = Usage.extension(event);
      return;
    }
    float[] vector = cut(floats(event.path("floats").stringValue()));
    ObjectNode each = Json.object().put("object", "embedding").set("index", event.path("index"));
    if (base64) {
      each.put("embedding", Base64.getEncoder().encodeToString(bytes(vector)));
    } else {
      ArrayNode numbers = each.putArray("embedding");
      for (float value : vector) {
        numbers.add(value);
      }
    }
    data.add(each);
  }

  /** The first of its numbers, scaled to length 1 again. */
  private float[] cut(float[] vector) {
    if (dimensions.isEmpty() || dimensions.get() == vector.length) {
      return vector;
    }
    if (dimensions.get() > vector.length) {
      throw ApiException.invalid(
          "dimensions",
          "invalid_value",
          "Invalid 'dimensions': %s has %d, and %d are wanted."
              .formatted(model.name(), vector.length, dimensions.get()));
    }
    float[] part = Arrays.copyOf(vector, dimensions.get());
    double squares = 0;
    for (float value : part) {
      squares += (double) value * value;
    }
    double length = squares == 0 ? 1 : Math.sqrt(squares);
    for (int i = 0; i < part.length; i++) {
      part[i] = (float) (part[i] / length);
    }
    return part;
  }

  private static float[] floats(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  @Override
  public ObjectNode result() {
    ObjectNode result = Json.object().put("object", "list");
    result.set("data", data);
    result.put("model", model.name());
    result.set("usage", usage);
    result.set(Extension.NAME, extension);
    return result;
  }
}
