package dev.bourse.server.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** What the page gets, as JSON: names in snake case, what is null left out. */
final class Data {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              given ->
                  given.withValueInclusion(Include.NON_NULL).withContentInclusion(Include.ALWAYS))
          .build();

  /** A comment between events. */
  static final byte[] QUIET = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private Data() {}

  static String json(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** A server-sent event; JSON has no line breaks of its own. */
  static byte[] event(String name, Object value) {
    return "event: %s\ndata: %s\n\n".formatted(name, json(value)).getBytes(StandardCharsets.UTF_8);
  }
}
