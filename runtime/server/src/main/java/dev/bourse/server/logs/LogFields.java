package dev.bourse.server.logs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The message of a line that is a list of values by their names: {@code LOG.log(INFO, fields)}.
 *
 * @param values numbers and texts
 */
record LogFields(Map<String, Object> values) {
  LogFields {
    values = new LinkedHashMap<>(values);
  }

  /** As people read it. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining(" "));
  }
}
