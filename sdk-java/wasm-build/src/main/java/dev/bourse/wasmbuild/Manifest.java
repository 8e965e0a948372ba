package dev.bourse.wasmbuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * What the build needs to know of an inferlet's manifest.
 *
 * @param name names the folder and the module
 * @param entry the class that implements {@code dev.bourse.sdk.Inferlet}
 */
record Manifest(String name, String entry) {
  static Manifest read(Path file) throws IOException {
    JsonNode toml = new TomlMapper().readTree(Files.readString(file));
    String name = text(file, toml, "name");
    if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
      throw new BuildException(
          file + ": the name \"" + name + "\" must be lower-case words joined by hyphens");
    }
    return new Manifest(name, text(file, toml, "entry"));
  }

  private static String text(Path file, JsonNode toml, String key) {
    JsonNode value = toml.get(key);
    if (value == null || !value.isString()) {
      throw new BuildException(file + ": " + key + " = \"…\" is missing");
    }
    return value.stringValue();
  }
}
