package dev.bourse.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this user's caches go: the place that the operating system means for them. */
final class CacheFolder {
  private CacheFolder() {}

  /** The folder for compiled programs; empty if the user has no home. */
  static Optional<Path> forPrograms() {
    return of(System.getenv(), System.getProperty("os.name", ""), System.getProperty("user.home"))
        .map(folder -> folder.resolve("bourse").resolve("programs"));
  }

  static Optional<Path> of(Map<String, String> environment, String system, String home) {
    String configured = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!configured.isEmpty() && Path.of(configured).isAbsolute()) {
      return Optional.of(Path.of(configured));
    }
    if (home.isEmpty() || home.equals("?")) {
      return Optional.empty();
    }
    boolean mac = system.startsWith("Mac");
    return Optional.of(Path.of(home, mac ? "Library/Caches" : ".cache"));
  }
}
