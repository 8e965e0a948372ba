package dev.bourse.server.scaffold;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The checkout that this program was built in, where the SDK for Java and its compiler are. */
final class Checkout {
  private Checkout() {}

  /** Empty if this program was moved away from it. */
  static Optional<Path> folder() {
    @Nullable CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path here = Path.of(source.getLocation().toURI()).toAbsolutePath();
      for (Path folder = here; folder != null; folder = folder.getParent()) {
        if (Files.isRegularFile(folder.resolve("mvnw"))
            && Files.isDirectory(folder.resolve("sdk-java/wasm-build"))) {
          return Optional.of(folder);
        }
      }
      return Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
