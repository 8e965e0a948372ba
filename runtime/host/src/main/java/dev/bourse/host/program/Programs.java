package dev.bourse.host.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.semver4j.Semver;

/**
 * Every program that can be named: those that ship and those of some {@link ProgramStore}s. A
 * version that ships is what it is; a store cannot put another in its place. Thread safe.
 */
public final class Programs {
  private static final int NAMED_MAX = 8;

  private final List<ProgramStore> stores;

  private Programs(List<ProgramStore> stores) {
    this.stores = stores;
  }

  /** Those that ship. */
  public static Programs builtIn() {
    return new Programs(List.of());
  }

  /** Those that ship and those in {@code folder}, which need not exist. */
  public static Programs in(Path folder) {
    return in(List.of(folder));
  }

  /**
   * Those that ship and those in folders, which need not exist; a version that is in several is
   * that of the first.
   */
  public static Programs in(List<Path> folders) {
    return new Programs(folders.stream().map(ProgramStore::new).toList());
  }

  /**
   * One version of a program.
   *
   * @param builtIn whether it ships
   */
  public record Version(String name, String version, boolean builtIn) {
    @Override
    public String toString() {
      return name + "@" + version;
    }
  }

  /**
   * The program that {@code reference} means, never a file: a guest may ask for anything.
   *
   * @param reference {@code NAME[@RANGE]}, see {@link ProgramReference}
   * @throws UnknownProgramException when there is none
   * @throws ProgramException when the reference is none, or what is stored is damaged
   */
  public InferletPackage resolve(String reference) {
    return load(find(reference));
  }

  /**
   * The version that {@code reference} means.
   *
   * @throws UnknownProgramException when there is none
   * @throws ProgramException when the reference is none, or the store cannot be read
   */
  public Version find(String reference) {
    ProgramReference wanted = ProgramReference.parse(reference);
    List<Version> versions = versions(wanted.name());
    if (versions.isEmpty()) {
      throw new UnknownProgramException(
          wanted.name(), "there is no program of that name; there are " + some(names()));
    }
    return wanted
        .best(versions.stream().map(Version::version).toList())
        .flatMap(best -> versions.stream().filter(v -> v.version().equals(best)).findFirst())
        .orElseThrow(
            () ->
                new UnknownProgramException(
                    wanted.name(),
                    "no version is %s; there are %s"
                        .formatted(
                            wanted.range(),
                            some(versions.stream().map(Version::version).toList()))));
  }

  /**
   * A version that {@link #find} or {@link #versions} told of.
   *
   * @throws ProgramException when it is damaged or gone
   */
  public InferletPackage load(Version version) {
    if (version.builtIn()) {
      return BuiltIns.find(version.name())
          .orElseThrow(
              () -> new ProgramException(version.name(), "is not whole on the class path"));
    }
    try {
      return stores.stream()
          .filter(store -> store.versions(version.name()).contains(version.version()))
          .findFirst()
          .orElseThrow(
              () -> new UnknownProgramException(version.toString(), "is not there any more"))
          .load(version.name(), version.version());
    } catch (ManifestException e) {
      throw new ProgramException(version.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The names of all programs, those that ship first. */
  public List<String> names() {
    Set<String> names = new LinkedHashSet<>(BuiltIns.names());
    stores.forEach(store -> names.addAll(store.names()));
    return List.copyOf(names);
  }

  /** The versions of a program, the highest first. */
  public List<Version> versions(String name) {
    List<Version> versions = new ArrayList<>();
    BuiltIns.manifest(name)
        .ifPresent(manifest -> versions.add(new Version(name, manifest.version(), true)));
    Set<String> stored = new LinkedHashSet<>();
    stores.forEach(store -> stored.addAll(store.versions(name)));
    stored.forEach(version -> versions.add(new Version(name, version, false)));
    if (versions.size() > 1) {
      versions.sort((a, b) -> new Semver(b.version()).compareTo(new Semver(a.version())));
    }
    return versions;
  }

  private static String some(List<String> names) {
    return names.stream().limit(NAMED_MAX).collect(Collectors.joining(", "))
        + (names.size() > NAMED_MAX ? " and " + (names.size() - NAMED_MAX) + " more" : "");
  }
}
