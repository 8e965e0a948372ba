package dev.bourse.wasmbuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds every inferlet of a folder: {@code WasmBuild SOURCES CLASSES WORK}.
 *
 * <p>Each folder of SOURCES that holds an {@code inferlet.toml} is an inferlet. Its class, which
 * must be on the class path of this program, becomes {@code CLASSES/inferlets/NAME/NAME.wasm} with
 * the manifest beside it; {@code CLASSES/inferlets/index} lists the names, one a line. WORK keeps
 * what tells whether an inferlet has to be built again.
 */
public final class WasmBuild {
  private WasmBuild() {}

  /** Runs the build step. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: WasmBuild SOURCES CLASSES WORK");
      System.exit(2);
    }
    try {
      build(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    } catch (BuildException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void build(Path sources, Path classes, Path work) throws IOException {
    Path output = classes.resolve("inferlets");
    List<String> names = new ArrayList<>();
    for (Path manifestFile : manifests(sources)) {
      Manifest manifest = Manifest.read(manifestFile);
      names.add(manifest.name());
      Path folder = Files.createDirectories(output.resolve(manifest.name()));
      Path module = folder.resolve(manifest.name() + ".wasm");
      Path digestFile = Files.createDirectories(work).resolve(manifest.name() + ".digest");
      String digest = ClassPathDigest.of(manifest.entry(), output);
      if (!Files.exists(module)
          || !Files.exists(digestFile)
          || !Files.readString(digestFile).equals(digest)) {
        long start = System.nanoTime();
        Compiler.compile(manifest.entry(), work.resolve(manifest.name()), module);
        Files.writeString(digestFile, digest);
        System.out.printf(
            "%s: %d bytes of WebAssembly in %.1f s%n",
            module.getFileName(), Files.size(module), (System.nanoTime() - start) / 1e9);
      }
      Files.write(folder.resolve("inferlet.toml"), Files.readAllBytes(manifestFile));
    }
    Files.writeString(output.resolve("index"), String.join("\n", names) + "\n");
  }

  private static List<Path> manifests(Path sources) throws IOException {
    try (Stream<Path> folders = Files.list(sources)) {
      return folders
          .map(folder -> folder.resolve("inferlet.toml"))
          .filter(Files::exists)
          .sorted()
          .toList();
    }
  }
}
