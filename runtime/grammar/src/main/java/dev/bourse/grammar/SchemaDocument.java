package dev.bourse.grammar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A schema as JSON, and what its references mean. Nothing is fetched from anywhere. */
final class SchemaDocument {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonNode root;
  private final Map<String, SchemaPlace> anchors = new HashMap<>();

  SchemaDocument(String schema) {
    try {
      root = MAPPER.readTree(schema);
    } catch (JacksonException e) {
      throw new GrammarException("the schema is not JSON: " + e.getOriginalMessage());
    }
    findAnchors(new SchemaPlace("#", root), 0);
  }

  SchemaPlace root() {
    return new SchemaPlace("#", root);
  }

  private void findAnchors(SchemaPlace place, int depth) {
    Limits.check("nesting of the schema", depth, 2L * Limits.NESTING_MAX);
    if (place.node().path("$anchor").isString()) {
      anchors.put("#" + place.node().path("$anchor").stringValue(), place);
    }
    for (SchemaPlace child : place.children()) {
      findAnchors(child, depth + 1);
    }
  }

  /** What the {@code $ref} of a place refers to. */
  SchemaPlace target(SchemaPlace place) {
    SchemaPlace keyword = place.at("$ref");
    if (!keyword.node().isString()) {
      throw keyword.problem("is not a string");
    }
    String reference = keyword.node().stringValue();
    String id = root.path("$id").asString("");
    String local =
        !id.isEmpty() && reference.startsWith(id) ? reference.substring(id.length()) : reference;
    if (local.isEmpty() || local.equals("#")) {
      return root();
    }
    SchemaPlace anchor = anchors.get(local);
    if (anchor != null) {
      return anchor;
    }
    if (!local.startsWith("#/")) {
      throw keyword.problem(
          "refers to '" + reference + "'; only references into the same schema are supported");
    }
    JsonNode target;
    try {
      String pointer =
          URLDecoder.decode(local.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
      target = root.at(JsonPointer.compile(pointer));
    } catch (IllegalArgumentException e) {
      throw keyword.problem("refers to '" + reference + "', which is no JSON pointer");
    }
    if (target.isMissingNode()) {
      throw keyword.problem("refers to '" + reference + "', which is not there");
    }
    return new SchemaPlace(local, target);
  }
}
