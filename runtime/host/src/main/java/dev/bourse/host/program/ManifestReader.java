package dev.bourse.host.program;

import dev.bourse.host.json.JsonTrees;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a manifest and collects everything that is wrong with it. */
public final class ManifestReader {
  private static final Set<String> KEYS =
      Set.of("name", "version", "description", "entry", "capabilities", "parameters", "limits");
  private static final Set<String> PARAMETER_KEYS =
      Set.of("type", "required", "default", "minimum", "maximum", "description");
  private static final String PARAMETER_NAME = "[a-z][a-z0-9_]*";

  private final String source;
  private final String toml;
  private final List<String> problems = new ArrayList<>();

  public ManifestReader(String source, String toml) {
    this.source = source;
    this.toml = toml;
  }

  public Manifest read() {
    JsonNode root = parse();
    unknownKeys("", root, KEYS);
    String name = text(root, "name", Manifest.NAME, "a name in lower case like text-completion");
    String version = text(root, "version", Manifest.VERSION, "a version like 0.1.0");
    String description = text(root, "description", ".+", "one sentence");
    Optional<String> entry =
        Optional.ofNullable(root.get("entry")).map(node -> string("entry", node));
    List<Parameter> parameters = new ArrayList<>();
    for (Map.Entry<String, JsonNode> parameter : table(root, "parameters")) {
      parameter(parameter.getKey(), parameter.getValue()).ifPresent(parameters::add);
    }
    Capabilities capabilities = capabilities(root);
    Limits limits = limits(root);
    if (!problems.isEmpty()) {
      throw new ManifestException(source, problems);
    }
    return new Manifest(name, version, description, entry, parameters, capabilities, limits);
  }

  private JsonNode parse() {
    try {
      return JsonTrees.parseToml(toml);
    } catch (JacksonException e) {
      problems.add("is not TOML: " + e.getOriginalMessage());
      throw new ManifestException(source, problems);
    }
  }

  private Set<Map.Entry<String, JsonNode>> table(JsonNode root, String key) {
    JsonNode table = root.get(key);
    if (table == null) {
      return Set.of();
    }
    if (!table.isObject()) {
      problems.add(key + " is not a table");
      return Set.of();
    }
    return table.properties();
  }

  private void unknownKeys(String where, JsonNode table, Set<String> known) {
    for (String key : table.propertyNames()) {
      if (!known.contains(key)) {
        problems.add(
            "there is no key %s%s; known keys: %s"
                .formatted(where, key, String.join(", ", known.stream().sorted().toList())));
      }
    }
  }

  private String text(JsonNode root, String key, String pattern, String expected) {
    JsonNode node = root.get(key);
    if (node == null) {
      problems.add("the key %s is missing, expected %s".formatted(key, expected));
      return "";
    }
    String text = string(key, node);
    if (!text.matches(pattern)) {
      problems.add("%s is \"%s\", expected %s".formatted(key, text, expected));
    }
    return text;
  }

  private String string(String key, JsonNode node) {
    if (!node.isString()) {
      problems.add("%s is %s, expected a string".formatted(key, JsonTrees.toJson(node)));
      return "";
    }
    return node.stringValue();
  }

  private Optional<Parameter> parameter(String name, JsonNode node) {
    String where = "parameters." + name;
    if (!node.isObject()) {
      problems.add(where + " is not a table");
      return Optional.empty();
    }
    unknownKeys(where + ".", node, PARAMETER_KEYS);
    if (!name.matches(PARAMETER_NAME)) {
      problems.add(where + ": a parameter's name is in lower case with underscores");
    }
    JsonNode typeNode = node.get("type");
    String word = typeNode == null ? "" : string(where + ".type", typeNode);
    for (ParameterType type : ParameterType.values()) {
      if (type.word().equals(word)) {
        return Optional.of(parameter(name, where, type, node));
      }
    }
    problems.add(
        "%s.type is \"%s\", expected string, integer, number, boolean, list or object"
            .formatted(where, word));
    return Optional.empty();
  }

  private Parameter parameter(String name, String where, ParameterType type, JsonNode node) {
    boolean required = false;
    JsonNode requiredNode = node.get("required");
    if (requiredNode != null) {
      if (!requiredNode.isBoolean()) {
        problems.add(
            "%s.required is %s, expected true or false"
                .formatted(where, JsonTrees.toJson(requiredNode)));
      }
      required = requiredNode.asBoolean(false);
    }
    Optional<JsonNode> fallback = Optional.ofNullable(node.get("default"));
    if (required && fallback.isPresent()) {
      problems.add(where + " is required and has a default; it can be only one of them");
    }
    JsonNode description = node.get("description");
    Parameter parameter =
        new Parameter(
            name,
            type,
            required,
            fallback,
            number(where + ".minimum", node.get("minimum")),
            number(where + ".maximum", node.get("maximum")),
            description == null ? "" : string(where + ".description", description));
    fallback.ifPresent(value -> parameter.check(value, problems));
    return parameter;
  }

  private OptionalDouble number(String key, @Nullable JsonNode node) {
    if (node == null) {
      return OptionalDouble.empty();
    }
    if (!node.isNumber()) {
      problems.add("%s is %s, expected a number".formatted(key, JsonTrees.toJson(node)));
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(node.doubleValue());
  }

  private Capabilities capabilities(JsonNode root) {
    JsonNode stated = root.get("capabilities");
    if (stated == null) {
      return Capabilities.NONE;
    }
    List<String> keys = new ArrayList<>();
    for (JsonNode key : stated) {
      keys.add(key.isString() ? key.stringValue() : JsonTrees.toJson(key));
    }
    try {
      if (stated.isArray()) {
        return Capabilities.ofKeys(keys);
      }
      problems.add(
          "capabilities is %s, expected a list like [\"files\"]"
              .formatted(JsonTrees.excerpt(JsonTrees.toJson(stated))));
    } catch (IllegalArgumentException e) {
      problems.add("capabilities: " + e.getMessage());
    }
    return Capabilities.NONE;
  }

  private Limits limits(JsonNode root) {
    Limits limits = Limits.DEFAULT;
    for (Map.Entry<String, JsonNode> entry : table(root, "limits")) {
      Optional<Limit> limit = Limit.byKey(entry.getKey());
      if (limit.isEmpty()) {
        problems.add(
            "there is no limit %s; known limits: %s".formatted(entry.getKey(), Limit.keys()));
      } else if (!entry.getValue().canConvertToLong()) {
        problems.add(
            "limits.%s is %s, expected a whole number"
                .formatted(entry.getKey(), JsonTrees.toJson(entry.getValue())));
      } else {
        try {
          limits = limits.with(limit.get(), entry.getValue().longValue());
        } catch (IllegalArgumentException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return limits;
  }
}
