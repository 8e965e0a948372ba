package dev.bourse.server.programs;

import dev.bourse.host.program.InferletPackage;
import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.Programs;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Inferlets;
import dev.bourse.server.ProgramOptions;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse program list}. */
@Command(name = "list", description = "Show all programs, those that ship first.")
final class ListCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ProgramOptions options = new ProgramOptions();

  @Option(names = "--json", description = "Write one JSON array.")
  private boolean json;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  /**
   * A line.
   *
   * @param description what its manifest says; empty if it cannot be read
   * @param problem why it cannot be read, or empty
   */
  record Line(
      String name,
      String version,
      boolean builtIn,
      int bytes,
      String description,
      String problem) {}

  @Override
  public Integer call() {
    List<Line> lines = Inferlets.attempt(() -> lines(options.programs()));
    if (json) {
      streams.println(JsonMapper.shared().writeValueAsString(lines));
      return ExitCode.OK;
    }
    new Table<Line>()
        .text("name", Line::name)
        .text("version", Line::version)
        .text("from", line -> line.builtIn() ? "ships" : "added")
        .number("bytes", line -> line.bytes() == 0 ? "" : "%,d".formatted(line.bytes()))
        .text("description", Line::description)
        .text("problem", Line::problem)
        .lines(lines)
        .forEach(streams::println);
    return ExitCode.OK;
  }

  private static List<Line> lines(Programs programs) {
    List<Line> lines = new ArrayList<>();
    for (String name : programs.names()) {
      for (Programs.Version version : programs.versions(name)) {
        lines.add(line(programs, version));
      }
    }
    return lines;
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
}
