package dev.bourse.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where this user's files go: the places that the operating system means for them. */
public final class UserFolders {
  private UserFolders() {}

  /** The folder for compiled programs, a cache; empty if the user has no home. */
  public static Optional<Path> programs() {
    return cache(System.getenv(), system(), home()).map(folder -> folder.resolve("programs"));
  }

  /** The folder for programs that the user added, which are data; empty if there is no home. */
  static Optional<Path> addedPrograms() {
    return data(System.getenv(), system(), home()).map(folder -> folder.resolve("programs"));
  }

  /** The folder for snapshots, which are data; empty if the user has no home. */
  static Optional<Path> snapshots() {
    return data(System.getenv(), system(), home()).map(folder -> folder.resolve("snapshots"));
  }

  /** The folder for what a server keeps; empty if the user has no home. */
  public static Optional<Path> server() {
    return data(System.getenv(), system(), home()).map(folder -> folder.resolve("server"));
  }

  /** What was typed into {@code bourse chat}, a file; empty if the user has no home. */
  public static Optional<Path> chatHistory() {
    return data(System.getenv(), system(), home()).map(folder -> folder.resolve("chat-history"));
  }

  /** The configuration, which need not exist; empty if the user has no home. */
  public static Optional<Path> configuration() {
    return settings(System.getenv(), system(), home()).map(folder -> folder.resolve("bourse.toml"));
  }

  /** What can be deleted at any time. */
  static Optional<Path> cache(Map<String, String> environment, String system, String home) {
    return of(environment, "XDG_CACHE_HOME", home, isMac(system) ? "Library/Caches" : ".cache");
  }

  /** What is to be kept. */
  static Optional<Path> data(Map<String, String> environment, String system, String home) {
    return of(
        environment,
        "XDG_DATA_HOME",
        home,
        isMac(system) ? "Library/Application Support" : ".local/share");
  }

  /** What the user has written. */
  static Optional<Path> settings(Map<String, String> environment, String system, String home) {
    return of(
        environment,
        "XDG_CONFIG_HOME",
        home,
        isMac(system) ? "Library/Application Support" : ".config");
  }

  private static Optional<Path> of(
      Map<String, String> environment, String variable, String home, String inHome) {
    String configured = environment.getOrDefault(variable, "");
    if (!configured.isEmpty() && Path.of(configured).isAbsolute()) {
      return Optional.of(Path.of(configured, "bourse"));
    }
    if (home.isEmpty() || home.equals("?")) {
      return Optional.empty();
    }
    return Optional.of(Path.of(home, inHome, "bourse"));
  }

  private static boolean isMac(String system) {
    return system.startsWith("Mac");
  }

  private static String system() {
    return System.getProperty("os.name", "");
  }

  private static String home() {
    return System.getProperty("user.home", "");
  }
}
