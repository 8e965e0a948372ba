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

  boolean accepts(String text) {
    return !text.isBlank() && problems(text).isEmpty();
  }
}
