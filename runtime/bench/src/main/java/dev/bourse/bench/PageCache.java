package dev.bourse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The operating system's cache of files. */
final class PageCache {
  private PageCache() {}

  /**
   * Lets the system forget the files of a folder, by the {@code dd} of GNU, which calls {@code
   * posix_fadvise}.
   *
   * @return whether that is possible here
   */
  static boolean forget(Path folder) throws IOException, InterruptedException {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return false;
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Process dd =
          new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0", "status=none")
              .inheritIO()
              .start();
      if (dd.waitFor() != 0) {
        return false;
      }
    }
    return true;
  }
}
