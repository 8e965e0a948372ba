package dev.bourse.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** The reference files that lie beside the project, in {@code ../shared}, and not in it. */
public final class SharedFiles {

  private SharedFiles() {}

  /**
   * The tests that need a file or folder of {@code ../shared}; if it is not there, one test that is
   * skipped and says so.
   */
  public static Stream<DynamicNode> with(
      String name, Function<Path, Stream<? extends DynamicNode>> tests) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      Path found = folder.resolve("shared").resolve(name);
      if (Files.exists(found)) {
        return tests.apply(found).map(test -> test);
      }
    }
    String missing = "shared/" + name + " is not beside any folder above " + start;
    return Stream.of(DynamicTest.dynamicTest(missing, () -> Assumptions.abort(missing)));
  }
}
