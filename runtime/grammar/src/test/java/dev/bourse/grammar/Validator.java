package dev.bourse.grammar;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** An independent judge of JSON Schema, formats included. */
final class Validator {

  private static final JsonMapper JSON = new JsonMapper();

  private final Schema schema;

  Validator(String schema) {
    this.schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }

  /** What is wrong with a text; empty if nothing is. */
  List<String> problems(String text) {
    try {
      JSON.readTree(text);
    } catch (JacksonException e) {
      return List.of("no JSON: " + e.getOriginalMessage());
    }
    return schema
        .validate(
            text,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Object::toString)
        // It accepts only the top-level domains on a list; ours are any letters (FormatsTest).
        .filter(problem -> !problem.contains("RFC 5321 Mailbox"))
        .toList();
  }

  /** By its ends: most texts of a brute force are no JSON, and an exception for each takes long. */
  private static boolean mayBeJson(String text) {
    if (text.isEmpty()) {
      return false;
    }
    char last = text.charAt(text.length() - 1);
    return switch (text.charAt(0)) {
      case '{' -> last == '}';
      case '[' -> last == ']';
      case '"' -> last == '"' && text.length() > 1;
      case 't', 'f', 'n' -> Character.isLetter(last);
      default -> Character.isDigit(last);
    };
  }

  boolean accepts(String text) {
    return mayBeJson(text) && problems(text).isEmpty();
  }
}
