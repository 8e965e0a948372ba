package dev.bourse.server.openai;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /v1/embeddings}. */
final class EmbeddingRequest {
  private static final int INPUTS_MAX = 2048;
  private static final int DIMENSIONS_MAX = 1 << 16;
  private static final Set<String> KNOWN =
      Set.of("model", "input", "encoding_format", "dimensions", "user", Extension.NAME);

  private EmbeddingRequest() {}

  static Job read(Members request, ModelCard model) {
    request.only(KNOWN);
    ObjectNode input = model.input();
    CompletionRequest.Prompts.copy(request, "input", input.putArray("inputs"));
    if (input.path("inputs").size() > INPUTS_MAX) {
      throw ApiException.invalid(
          "input",
          "array_above_max_length",
          "Invalid 'input': at most %d texts.".formatted(INPUTS_MAX));
    }
    String format = request.text("encoding_format").orElse("float");
    if (!Set.of("float", "base64").contains(format)) {
      throw ApiException.invalid(
          "encoding_format",
          "invalid_value",
          "Invalid value: '%s'. Supported values are: 'float' and 'base64'.".formatted(format));
    }
    Optional<Integer> dimensions =
        request.integer("dimensions", 1, DIMENSIONS_MAX).map(Long::intValue);
    Extension extension = Extension.of(request, false);
    return new Job(
        extension.launch("openai-embeddings", input),
        new EmbeddingReply(model, format.equals("base64"), dimensions),
        false);
  }
}
