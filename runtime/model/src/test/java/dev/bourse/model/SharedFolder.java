package dev.bourse.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The reference data beside the project, which a checkout may lack. */
final class SharedFolder {
  private SharedFolder() {}

  /** {@code ../shared/name}, seen from the project root; skips the test if it is not there. */
  static Path require(String name) {
    // Tests run in runtime/model.
    Path folder = Path.of("../../../shared").resolve(name);
    assumeTrue(
        Files.isDirectory(folder),
        () -> folder.toAbsolutePath().normalize() + " is absent: its references are not checked");
    return folder;
  }
}
