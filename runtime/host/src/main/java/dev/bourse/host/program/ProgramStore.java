package dev.bourse.host.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where inferlets come from: those on the class path, as {@code
 * /inferlets/NAME/{inferlet.toml,NAME.wasm}}, and files with an {@code inferlet.toml} beside them.
 */
public final class ProgramStore {
  private static final String MANIFEST = "inferlet.toml";

  private ProgramStore() {}

  /**
   * The inferlet that a user means: a path if it ends in {@code .wasm} or has a slash, else the
   * name of a built-in one.
   *
   * @throws ProgramException when there is none, or it cannot be read
   * @throws ManifestException when its manifest is wrong
   */
  public static InferletPackage find(String nameOrFile) {
    if (nameOrFile.endsWith(".wasm") || nameOrFile.indexOf('/') >= 0) {
      return fromFile(Path.of(nameOrFile));
    }
    return builtIn(nameOrFile)
        .orElseThrow(
            () ->
                new ProgramException(
                    nameOrFile,
                    "there is no built-in inferlet of that name (built in: "
                        + String.join(", ", builtInNames())
                        + "), and it is not a .wasm file"));
  }

  /** The names of the inferlets on the class path, in their index {@code /inferlets/index}. */
  public static List<String> builtInNames() {
    byte[] index = resource("/inferlets/index");
    return index == null
        ? List.of()
        : new String(index, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
  }

  /** The inferlet of that name on the class path. */
  public static Optional<InferletPackage> builtIn(String name) {
    if (!name.matches("[a-z0-9-]+")) {
      return Optional.empty();
    }
    String folder = "/inferlets/" + name + "/";
    byte[] wasm = resource(folder + name + ".wasm");
    byte[] manifest = resource(folder + MANIFEST);
    if (wasm == null || manifest == null) {
      return Optional.empty();
    }
    String toml = new String(manifest, StandardCharsets.UTF_8);
    return Optional.of(
        new InferletPackage(name, Optional.of(Manifest.parse(folder + MANIFEST, toml)), wasm));
  }

  private static byte @Nullable [] resource(String path) {
    try (InputStream in = ProgramStore.class.getResourceAsStream(path)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }

  /**
   * The inferlet in a file, with the manifest beside it if there is one.
   *
   * @throws ProgramException when the file cannot be read
   * @throws ManifestException when the manifest is wrong
   */
  public static InferletPackage fromFile(Path file) {
    try {
      byte[] wasm = Files.readAllBytes(file);
      Path manifest = file.resolveSibling(MANIFEST);
      Optional<Manifest> parsed =
          Files.isRegularFile(manifest)
              ? Optional.of(Manifest.parse(manifest.toString(), Files.readString(manifest)))
              : Optional.empty();
      return new InferletPackage(file.toString(), parsed, wasm);
    } catch (IOException e) {
      throw new ProgramException(file.toString(), "cannot be read: " + e, e);
    }
  }
}
