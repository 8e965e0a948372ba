package dev.bourse.host.program;

import dev.bourse.host.process.Limit;
import dev.bourse.host.process.LimitExceededException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An inferlet that is not installed anywhere: a module in a file, and the {@code inferlet.toml}
 * beside it.
 *
 * @param module the file of the module
 * @param wasm what is in it
 * @param toml the text of its manifest, if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are loaded once
public record ProgramFile(Path module, byte[] wasm, Optional<String> toml) {
  /** What a manifest's file is called. */
  public static final String MANIFEST = "inferlet.toml";

  /** A manifest is a page or two. */
  static final int MANIFEST_BYTES_MAX = 1 << 16;

  /**
   * Reads a module, or the module of a folder: {@code NAME.wasm} if its manifest says NAME, or else
   * the only one there.
   *
   * @throws ProgramException when there is none, it is too large, or it cannot be read
   * @throws ManifestException when the folder's manifest is wrong
   */
  public static ProgramFile read(Path path) {
    try {
      Path folder = Files.isDirectory(path) ? path : path.resolveSibling("");
      Path manifest = folder.resolve(MANIFEST);
      Optional<String> toml = Optional.empty();
      if (Files.isRegularFile(manifest)) {
        toml = Optional.of(text(manifest));
      }
      Path module = Files.isDirectory(path) ? moduleIn(path, manifest, toml) : path;
      return new ProgramFile(module, bytes(module), toml);
    } catch (IOException e) {
      throw new ProgramException(path.toString(), "cannot be read: " + e, e);
    }
  }

  private static String text(Path manifest) throws IOException {
    long size = Files.size(manifest);
    if (size > MANIFEST_BYTES_MAX) {
      throw new ProgramException(
          manifest.toString(),
          "has %d bytes; a manifest has at most %d".formatted(size, MANIFEST_BYTES_MAX));
    }
    return Files.readString(manifest);
  }

  private static byte[] bytes(Path module) throws IOException {
    long size = Files.size(module);
    long max = Limit.MODULE_BYTES.defaultMax();
    if (size > max) {
      throw new ProgramException(
          module.toString(), LimitExceededException.describe(Limit.MODULE_BYTES, max, size));
    }
    return Files.readAllBytes(module);
  }

  private static Path moduleIn(Path folder, Path manifest, Optional<String> toml)
      throws IOException {
    if (toml.isPresent()) {
      Path named = folder.resolve(Manifest.parse(manifest.toString(), toml.get()).name() + ".wasm");
      if (Files.isRegularFile(named)) {
        return named;
      }
    }
    List<Path> modules;
    try (Stream<Path> files = Files.list(folder)) {
      modules = files.filter(file -> file.toString().endsWith(".wasm")).sorted().toList();
    }
    if (modules.size() != 1) {
      throw new ProgramException(
          folder.toString(),
          modules.isEmpty()
              ? "has no .wasm file in it; build it first"
              : "has %d .wasm files in it, and none has the name that %s says"
                  .formatted(modules.size(), MANIFEST));
    }
    return modules.getFirst();
  }

  /**
   * The inferlet in it.
   *
   * @throws ManifestException when its manifest is wrong
   */
  public InferletPackage toPackage() {
    Path manifest = module.resolveSibling(MANIFEST);
    return new InferletPackage(
        module.toString(), toml.map(text -> Manifest.parse(manifest.toString(), text)), wasm);
  }
}
