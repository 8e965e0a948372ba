package dev.bourse.host.program;

import dev.bourse.host.process.Limit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.semver4j.Semver;

/**
 * Programs in a folder, by name and version.
 *
 * <pre>
 * blobs/SHA256            modules and manifests, by the hash of their bytes
 * names/NAME/VERSION      which module and which manifest a version is
 * lock                    held by whoever changes something
 * </pre>
 *
 * <p>What is in a file is named by its hash, and checked by it whenever it is read. Every file is
 * written beside its place, forced to disk and moved there, blobs before the version that needs
 * them: after a crash a version is there and whole, or it is not there. Several processes may use a
 * folder at once. Thread safe.
 */
public final class ProgramStore {
  private static final Pattern ENTRY =
      Pattern.compile("module ([0-9a-f]{64})\nmanifest ([0-9a-f]{64})\n");
  private static final int ENTRY_BYTES_MAX = 1024;

  private final Path folder;
  private final Path blobs;
  private final Path names;

  /**
   * @param folder need not exist; it is made when something is added
   */
  public ProgramStore(Path folder) {
    this.folder = folder;
    this.blobs = folder.resolve("blobs");
    this.names = folder.resolve("names");
  }

  /** What a version is: two blobs, by their hashes. */
  public record Entry(String moduleSha256, String manifestSha256) {
    private String text() {
      return "module %s\nmanifest %s\n".formatted(moduleSha256, manifestSha256);
    }
  }

  /** What became of a program that was added. */
  public enum Added {
    /** It was not there before. */
    NEW,
    /** The very same was there. */
    SAME,
    /** It took the place of another. */
    REPLACED
  }

  /**
   * Keeps a program under the name and version that its manifest says. When this returns it is on
   * disk for good.
   *
   * @param replace whether it may take the place of another program of that name and version
   * @throws ProgramException when it may not, or cannot be written
   * @throws ManifestException when the manifest is wrong
   */
  public Added add(String toml, byte[] wasm, boolean replace) {
    Manifest manifest = Manifest.parse(ProgramFile.MANIFEST, toml);
    String label = label(manifest.name(), manifest.version());
    byte[] manifestBytes = toml.getBytes(StandardCharsets.UTF_8);
    Entry entry = new Entry(sha256(wasm), sha256(manifestBytes));
    if (BuiltIns.manifest(manifest.name())
        .filter(m -> samePrecedence(m.version(), manifest.version()))
        .isPresent()) {
      throw new ProgramException(
          label, "ships with Bourse; give yours another version or another name");
    }
    try (var _ = FolderLock.take(folder)) {
      Path file = names.resolve(manifest.name()).resolve(manifest.version());
      Added added = Added.NEW;
      for (String version : versions(manifest.name())) {
        if (samePrecedence(version, manifest.version())) {
          added = compare(label, version, entry, file, replace);
        }
      }
      DurableFiles.write(blobs.resolve(entry.moduleSha256()), wasm);
      DurableFiles.write(blobs.resolve(entry.manifestSha256()), manifestBytes);
      DurableFiles.write(file, entry.text().getBytes(StandardCharsets.UTF_8));
      collect();
      return added;
    } catch (IOException e) {
      throw new ProgramException(label, "cannot be kept in " + folder + ": " + e, e);
    }
  }

  private Added compare(String label, String version, Entry entry, Path file, boolean replace)
      throws IOException {
    boolean sameName = version.equals(file.getFileName().toString());
    if (sameName && entry.text().equals(readEntryText(file).orElse(""))) {
      return Added.SAME;
    }
    if (!sameName || !replace) {
      throw new ProgramException(
          label,
          sameName
              ? "is there already and is another program; raise the version, or say --replace"
              : "is the same version as %s, which is there: what follows a + does not count"
                  .formatted(version));
    }
    return Added.REPLACED;
  }

  /**
   * Forgets a version, and deletes what no other version needs.
   *
   * @throws UnknownProgramException when it is not there
   * @throws ProgramException when it cannot be deleted
   */
  public void remove(String name, String version) {
    String label = label(name, version);
    requireThere(name, version);
    try (var _ = FolderLock.take(folder)) {
      Path file = names.resolve(name).resolve(version);
      Files.deleteIfExists(file);
      DurableFiles.force(names.resolve(name));
      collect();
    } catch (IOException e) {
      throw new ProgramException(label, "cannot be removed from " + folder + ": " + e, e);
    }
  }

  /** The names of the programs, in order. */
  public List<String> names() {
    return list(names).stream().filter(name -> !versions(name).isEmpty()).toList();
  }

  /** The versions of a program, in no order; none if there is no such program. */
  public List<String> versions(String name) {
    if (!name.matches(Manifest.NAME)) {
      return List.of();
    }
    return list(names.resolve(name)).stream().filter(v -> v.matches(Manifest.VERSION)).toList();
  }

  /**
   * What a version is.
   *
   * @throws UnknownProgramException when it is not there
   * @throws ProgramException when it cannot be read
   */
  public Entry entry(String name, String version) {
    requireThere(name, version);
    Path file = names.resolve(name).resolve(version);
    try {
      String text = readEntryText(file).orElse("");
      Matcher entry = ENTRY.matcher(text);
      if (!entry.matches()) {
        throw new ProgramException(label(name, version), damaged(file, "is not as it was written"));
      }
      return new Entry(entry.group(1), entry.group(2));
    } catch (IOException e) {
      throw new ProgramException(label(name, version), file + " cannot be read: " + e, e);
    }
  }

  /**
   * A version, read back and checked against its hashes.
   *
   * @throws UnknownProgramException when it is not there
   * @throws ProgramException when it is damaged or cannot be read
   * @throws ManifestException when its manifest is one that this version of Bourse refuses
   */
  public InferletPackage load(String name, String version) {
    String label = label(name, version);
    Entry entry = entry(name, version);
    byte[] wasm = blob(label, entry.moduleSha256(), Limit.MODULE_BYTES.defaultMax());
    byte[] toml = blob(label, entry.manifestSha256(), ProgramFile.MANIFEST_BYTES_MAX);
    Manifest manifest = Manifest.parse(label, new String(toml, StandardCharsets.UTF_8));
    return new InferletPackage(label, Optional.of(manifest), wasm);
  }

  private byte[] blob(String label, String sha256, long bytesMax) {
    Path file = blobs.resolve(sha256);
    try {
      if (Files.size(file) > bytesMax) {
        throw new ProgramException(
            label, damaged(file, "has more than %d bytes".formatted(bytesMax)));
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!sha256(bytes).equals(sha256)) {
        throw new ProgramException(label, damaged(file, "has the SHA-256 " + sha256(bytes)));
      }
      return bytes;
    } catch (IOException e) {
      throw new ProgramException(label, file + " cannot be read: " + e, e);
    }
  }

  private static String damaged(Path file, String problem) {
    return "is damaged: %s %s; remove the program and add it again".formatted(file, problem);
  }

  private void requireThere(String name, String version) {
    if (!versions(name).contains(version)) {
      throw new UnknownProgramException(label(name, version), "is not in " + folder);
    }
  }

  /** Deletes what no version needs and what a crash left half written. */
  private void collect() throws IOException {
    Set<String> needed = new HashSet<>();
    for (String name : list(names)) {
      for (String version : versions(name)) {
        Matcher entry =
            ENTRY.matcher(readEntryText(names.resolve(name).resolve(version)).orElse(""));
        if (!entry.matches()) {
          return; // who knows what it needed
        }
        needed.add(entry.group(1));
        needed.add(entry.group(2));
      }
      DurableFiles.deleteHalfWritten(names.resolve(name));
      if (list(names.resolve(name)).isEmpty()) {
        Files.deleteIfExists(names.resolve(name));
      }
    }
    for (String blob : list(blobs)) {
      if (!needed.contains(blob)) {
        Files.deleteIfExists(blobs.resolve(blob));
      }
    }
  }

  private static Optional<String> readEntryText(Path file) throws IOException {
    return Files.size(file) > ENTRY_BYTES_MAX
        ? Optional.empty()
        : Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  /** The names of the files of a folder, in order; none if it does not exist. */
  private static List<String> list(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new ProgramException(directory.toString(), "cannot be read: " + e, e);
    }
  }

  private static boolean samePrecedence(String version, String other) {
    return new Semver(version).compareTo(new Semver(other)) == 0;
  }

  private static String label(String name, String version) {
    return name + "@" + version;
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(CodeCache.sha256(bytes));
  }
}
