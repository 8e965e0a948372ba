package dev.bourse.host.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The inferlets on the class path, as {@code /inferlets/NAME/{inferlet.toml,NAME.wasm}}. */
public final class BuiltIns {
  /** The folder on the class path with what the build has compiled of them. */
  static final String CODE = "/inferlets/code/";

  private BuiltIns() {}

  /** Their names, from the index {@code /inferlets/index}. */
  public static List<String> names() {
    return resource("/inferlets/index").stream()
        .flatMap(index -> new String(index, StandardCharsets.UTF_8).lines())
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** The inferlet of that name. */
  public static Optional<InferletPackage> find(String name) {
    return manifest(name)
        .flatMap(
            manifest ->
                resource(folder(name) + name + ".wasm")
                    .map(wasm -> new InferletPackage(name, Optional.of(manifest), wasm)));
  }

  /** Its manifest alone. */
  public static Optional<Manifest> manifest(String name) {
    if (!name.matches(Manifest.NAME)) {
      return Optional.empty();
    }
    String file = folder(name) + ProgramFile.MANIFEST;
    return resource(file)
        .map(toml -> Manifest.parse(file, new String(toml, StandardCharsets.UTF_8)));
  }

  private static String folder(String name) {
    return "/inferlets/" + name + "/";
  }

  static Optional<byte[]> resource(String path) {
    try (InputStream in = BuiltIns.class.getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }
}
