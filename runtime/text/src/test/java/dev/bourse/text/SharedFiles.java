package dev.bourse.text;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The reference files that lie beside the project, in {@code ../shared}, and not in it. */
final class SharedFiles {

  private SharedFiles() {}

  /** A file or folder of {@code ../shared}; skips the test if it is not there. */
  static Path require(String name) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path found = folder.resolve("shared").resolve(name);
      if (Files.exists(found)) {
        return found;
      }
    }
    Assumptions.abort("shared/" + name + " not found beside any folder above " + start);
    throw new AssertionError();
  }
}
