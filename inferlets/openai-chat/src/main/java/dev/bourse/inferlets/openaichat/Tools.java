package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.json.JsonReader;
import java.util.Map;

/** Descriptions of tools. */
final class Tools {
  private Tools() {}

  /** The name of a tool. */
  static String name(String description) {
    Map<String, Object> tool = JsonReader.parseObject(description);
    return tool.get("name") instanceof String name ? name : "";
  }
}
