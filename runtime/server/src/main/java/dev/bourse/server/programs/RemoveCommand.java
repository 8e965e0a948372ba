package dev.bourse.server.programs;

import dev.bourse.host.program.ProgramReference;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Inferlets;
import dev.bourse.server.Streams;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse program rm}. */
@Command(
    name = "rm",
    description = {
      "Forget programs that were added, without asking.",
      "",
      "What no other version needs is deleted. Who runs one already is not disturbed."
    })
final class RemoveCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private CatalogOption where = new CatalogOption();

  @Parameters(paramLabel = "NAME@VERSION", arity = "1..*", description = "What to forget.")
  private List<String> programs = List.of();

  RemoveCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    return where.use(this::removeAll);
  }

  private int removeAll(Catalog catalog) {
    int exitCode = ExitCode.OK;
    for (String program : programs) {
      try {
        remove(catalog, program);
      } catch (CommandException e) {
        // One that cannot be forgotten keeps no other from being.
        streams.error("bourse: " + e.getMessage());
        exitCode = Math.max(exitCode, e.exitCode());
      }
    }
    return exitCode;
  }

  private static void remove(Catalog catalog, String program) {
    ProgramReference reference = Inferlets.attempt(() -> ProgramReference.parse(program));
    List<String> versions = catalog.added(reference.name());
    if (!versions.contains(reference.range())) {
      throw CommandException.failed(
          versions.isEmpty()
              ? "%s: no such program was added".formatted(reference.name())
              : "%s: say which version, as in %s@%s; there are %s"
                  .formatted(
                      program, reference.name(), versions.getFirst(), String.join(", ", versions)));
    }
    catalog.remove(reference.name(), reference.range());
  }
}
