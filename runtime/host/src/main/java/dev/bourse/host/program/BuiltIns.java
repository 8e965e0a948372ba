package dev.bourse.host.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The inferlets on the class path, as {@code /inferlets/NAME/{inferlet.toml,NAME.wasm}}. */
public final class BuiltIns {
  private BuiltIns() {}

  /** Their names, from the index {@code /inferlets/index}. */
  public static List<String> names() {
    byte[] index = resource("/inferlets/index");
    return index == null
        ? List.of()
        : new String(index, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
  }

  /** The inferlet of that name. */
  public static Optional<InferletPackage> find(String name) {
    return manifest(name)
        .flatMap(
            manifest ->
                Optional.ofNullable(resource(folder(name) + name + ".wasm"))
                    .map(wasm -> new InferletPackage(name, Optional.of(manifest), wasm)));
  }

  /** Its manifest alone. */
  public static Optional<Manifest> manifest(String name) {
    if (!name.matches(Manifest.NAME)) {
      return Optional.empty();
    }
    String file = folder(name) + ProgramFile.MANIFEST;
    return Optional.ofNullable(resource(file))
        .map(toml -> Manifest.parse(file, new String(toml, StandardCharsets.UTF_8)));
  }

  private static String folder(String name) {
    return "/inferlets/" + name + "/";
  }

  private static byte @Nullable [] resource(String path) {
    try (InputStream in = BuiltIns.class.getResourceAsStream(path)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }
}
