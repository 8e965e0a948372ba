package dev.bourse.wasmbuild;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A digest of everything a module is built from: the class path of this program, compiler included.
 */
final class ClassPathDigest {
  private ClassPathDigest() {}

  /**
   * @param entry the class that is compiled
   * @param output a folder to leave out: what this build writes
   */
  static String of(String entry, Path output) throws IOException {
    MessageDigest digest = sha256();
    digest.update(entry.getBytes(StandardCharsets.UTF_8));
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(element);
      if (Files.isDirectory(path)) {
        directory(digest, path, output);
      } else if (Files.exists(path)) {
        digest.update(Files.readAllBytes(path));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void directory(MessageDigest digest, Path root, Path output) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(root)) {
      files =
          tree.filter(file -> file.toString().endsWith(".class") && !file.startsWith(output))
              .sorted()
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : files) {
      digest.update(root.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
