package dev.bourse.server.programs;

import dev.bourse.server.ExitCode;
import dev.bourse.server.ManifestHelp;
import dev.bourse.server.Streams;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bourse program show}. */
@Command(name = "show", description = "Show what a program is and takes.")
final class ShowCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private CatalogOption where = new CatalogOption();

  @Parameters(
      paramLabel = "NAME[@RANGE]",
      description = "A program, and which versions will do: 1.2.3, ^1.2, ~1.2, '>=1 <2', latest.")
  private String reference = "";

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Catalog.Details program = where.use(catalog -> catalog.show(reference));
    streams.println(
        "%s@%s: %s".formatted(program.name(), program.version(), program.description()));
    line("from", program.place());
    line("module", "%,d bytes, sha256 %s".formatted(program.bytes(), program.sha256()));
    if (!program.entry().isEmpty()) {
      line("entry", program.entry());
    }
    if (!program.limits().isEmpty()) {
      line(
          "limits",
          program.limits().entrySet().stream()
              .map(limit -> limit.getKey() + " " + limit.getValue())
              .collect(Collectors.joining(", ")));
    }
    line("versions", String.join(", ", program.versions()));
    streams.print(ManifestHelp.parameters(program.parameters()));
    streams.flush();
    return ExitCode.OK;
  }

  private void line(String title, String text) {
    streams.println("  %-13s %s".formatted(title, text));
  }
}
