package dev.bourse.server.programs;

import dev.bourse.host.InferletHost;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramFile;
import dev.bourse.host.program.ProgramStore;
import dev.bourse.host.program.Programs;
import dev.bourse.server.CommandException;
import dev.bourse.server.Inferlets;
import dev.bourse.server.ProgramOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The programs that ship and those in a folder of this machine. */
record EmbeddedCatalog(ProgramOptions options) implements Catalog {

  private ProgramStore store() {
    return new ProgramStore(options.folder());
  }

  @Override
  public List<Line> list() {
    Programs programs = options.programs();
    return Inferlets.attempt(
        () -> {
          List<Line> lines = new ArrayList<>();
          for (String name : programs.names()) {
            for (Programs.Version version : programs.versions(name)) {
              lines.add(line(programs, version));
            }
          }
          return lines;
        });
  }

  /** A damaged program keeps nobody from seeing the others. */
  private static Line line(Programs programs, Programs.Version version) {
    int bytes = 0;
    String description = "";
    String problem = "";
    try {
      InferletPackage program = Inferlets.attempt(() -> programs.load(version));
      bytes = program.wasm().length;
      description = program.manifest().map(Manifest::description).orElse("");
    } catch (CommandException e) {
      problem = String.valueOf(e.getMessage());
    }
    return new Line(
        version.name(), version.version(), version.builtIn(), bytes, description, problem);
  }

  @Override
  public Details show(String reference) {
    Programs programs = options.programs();
    Programs.Version version = Inferlets.attempt(() -> programs.find(reference));
    InferletPackage program = Inferlets.attempt(() -> programs.load(version));
    Manifest manifest = program.manifest().orElseThrow();
    Map<String, Long> limits = new LinkedHashMap<>();
    new TreeMap<>(manifest.limits().changed())
        .forEach((limit, max) -> limits.put(limit.key(), max));
    return new Details(
        version.name(),
        version.version(),
        manifest.description(),
        version.builtIn() ? "ships with Bourse" : options.folder().toString(),
        program.wasm().length,
        program.sha256(),
        manifest.entry().orElse(""),
        limits,
        programs.versions(version.name()).stream().map(Programs.Version::version).toList(),
        manifest.parameters());
  }

  @Override
  public String add(ProgramFile file, boolean replace) {
    InferletPackage program = file.toPackage();
    ProgramStore.Added added =
        Inferlets.attempt(
            () -> {
              check(program);
              return store().add(file.toml().orElseThrow(), program.wasm(), replace);
            });
    return switch (added) {
      case NEW -> "";
      case SAME -> "was there already";
      case REPLACED -> "took the place of another";
    };
  }

  private static void check(InferletPackage program) {
    try (InferletHost host = new InferletHost(List.of(), Optional.empty())) {
      var _ = host.programs().load(program, Execution.INTERPRETED);
    }
  }

  @Override
  public List<String> added(String name) {
    return Inferlets.attempt(() -> store().versions(name));
  }

  @Override
  public void remove(String name, String version) {
    var _ =
        Inferlets.attempt(
            () -> {
              store().remove(name, version);
              return name;
            });
  }
}
