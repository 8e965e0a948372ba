package dev.bourse.server.node;

import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ManifestException;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.ProgramStore;
import dev.bourse.host.program.Programs;
import dev.bourse.host.program.UnknownProgramException;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The programs that a tenant can run: those that ship, those that the operator added for all, and
 * its own, which no other tenant sees. Thread safe.
 */
public final class ProgramShelf {
  private final Optional<Path> shared;
  private final Optional<Path> own;
  private final Map<String, Programs> byTenant = new ConcurrentHashMap<>();

  /**
   * Programs in folders, which need not exist.
   *
   * @param shared what the operator added for all
   * @param own the folder with a folder for each tenant; without it nobody can deploy
   */
  public ProgramShelf(Optional<Path> shared, Optional<Path> own) {
    this.shared = shared;
    this.own = own;
  }

  /** What {@code tenant} can run. */
  public Programs of(String tenant) {
    return byTenant.computeIfAbsent(
        tenant,
        name ->
            Programs.in(
                Stream.concat(own.map(folder -> folder.resolve(name)).stream(), shared.stream())
                    .toList()));
  }

  /**
   * The program that {@code reference} means to {@code tenant}.
   *
   * @throws ServiceException when there is none
   */
  InferletPackage resolve(String tenant, String reference) {
    return attempt(() -> of(tenant).resolve(reference));
  }

  /**
   * Keeps a program for a tenant. When this returns it is on disk for good.
   *
   * @throws ServiceException when the manifest is wrong, or another program has the version
   */
  ProgramStore.Added add(String tenant, String manifest, byte[] wasm, boolean replace) {
    return attempt(() -> store(tenant).add(manifest, wasm, replace));
  }

  /** Forgets a version of a tenant's own. */
  void remove(String tenant, String name, String version) {
    var _ =
        attempt(
            () -> {
              store(tenant).remove(name, version);
              return version;
            });
  }

  /** The versions of a program, or of all, the highest first. */
  List<Programs.Version> versions(String tenant, Optional<String> name) {
    Programs programs = of(tenant);
    return attempt(
        () ->
            name.map(List::of).orElseGet(programs::names).stream()
                .flatMap(known -> programs.versions(known).stream())
                .toList());
  }

  private ProgramStore store(String tenant) {
    return new ProgramStore(
        own.orElseThrow(
                () ->
                    new ServiceException(
                        Reason.FAILED_PRECONDITION,
                        "this server has no folder for programs: start it with --data DIR"))
            .resolve(tenant));
  }

  /** Does something with programs and says in a caller's words what goes wrong. */
  static <T> T attempt(Supplier<T> action) {
    try {
      return action.get();
    } catch (UnknownProgramException e) {
      throw new ServiceException(Reason.NOT_FOUND, String.valueOf(e.getMessage()));
    } catch (ProgramException | ManifestException e) {
      throw new ServiceException(Reason.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  /** The name and version that a manifest states. */
  static Programs.Version version(String manifest) {
    Manifest parsed = attempt(() -> Manifest.parse("inferlet.toml", manifest));
    return new Programs.Version(parsed.name(), parsed.version(), false);
  }
}
