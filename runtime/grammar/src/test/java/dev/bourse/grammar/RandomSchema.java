package dev.bourse.grammar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** A satisfiable schema made at random: every combination of keywords that is always sound. */
final class RandomSchema {

  private static final List<String> NAMES = List.of("a", "b", "ab", "name", "id", "x y", "ö");
  private static final List<String> PATTERNS =
      List.of("^[a-c]+$", "^\\\\d{2,5}$", "z", "^(?:yes|no|maybe)$", "^a?b*$", "\\\\w-\\\\w");

  private final Random random;

  RandomSchema(long seed) {
    random = new Random(seed);
  }

  String text() {
    String schema = schema(0);
    return schema.substring(0, schema.length() - 1)
        + (schema.equals("{}") ? "" : ",")
        + "\"$defs\":{\"shared\":"
        + scalar()
        + "}}";
  }

  private String schema(int depth) {
    int kind = random.nextInt(depth < 3 ? 10 : 5);
    return switch (kind) {
      case 5, 6 -> object(depth);
      case 7 -> array(depth);
      case 8 -> "{\"anyOf\":[" + schema(depth + 1) + "," + schema(depth + 1) + "]}";
      case 9 -> "{\"$ref\":\"#/$defs/shared\"}";
      default -> scalar();
    };
  }

  private String scalar() {
    return switch (random.nextInt(9)) {
      case 0 -> "{\"type\":\"boolean\"}";
      case 1 -> "{\"enum\":[\"one\",2,null,[3]]}";
      case 2 -> "{\"type\":[\"string\",\"null\"],\"maxLength\":" + random.nextInt(9) + "}";
      case 3 -> "{\"type\":\"string\",\"pattern\":\"" + pick(PATTERNS) + "\"}";
      case 4 -> "{\"type\":\"string\",\"minLength\":" + random.nextInt(4) + "}";
      case 5 -> bounded("integer", random.nextInt(2000) - 1000, random.nextInt(3000));
      case 6 -> bounded("number", random.nextInt(200) - 100.5, random.nextInt(30) + 0.125);
      case 7 -> "{\"type\":\"integer\",\"multipleOf\":" + (1 + random.nextInt(40)) + "}";
      default -> "{\"type\":\"number\"}";
    };
  }

  private static String bounded(String type, Number min, Number range) {
    double max = min.doubleValue() + range.doubleValue();
    return "{\"type\":\"" + type + "\",\"minimum\":" + min + ",\"maximum\":" + max + "}";
  }

  private String array(int depth) {
    int min = random.nextInt(3);
    String bounds = ",\"minItems\":" + min + ",\"maxItems\":" + (min + random.nextInt(3));
    String prefix = random.nextBoolean() ? ",\"prefixItems\":[" + schema(depth + 1) + "]" : "";
    return "{\"type\":\"array\",\"items\":" + schema(depth + 1) + prefix + bounds + "}";
  }

  private String object(int depth) {
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    List<String> chosen = names.subList(0, random.nextInt(5));
    String properties =
        chosen.stream()
            .map(name -> "\"" + name + "\":" + schema(depth + 1))
            .collect(Collectors.joining(",", "{", "}"));
    String required =
        chosen.stream()
            .filter(name -> random.nextBoolean())
            .map(name -> "\"" + name + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    String additional =
        switch (random.nextInt(3)) {
          case 0 -> "";
          case 1 -> ",\"additionalProperties\":false";
          default -> ",\"additionalProperties\":" + scalar();
        };
    return "{\"type\":\"object\",\"properties\":"
        + properties
        + ",\"required\":"
        + required
        + additional
        + "}";
  }

  private String pick(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }
}
