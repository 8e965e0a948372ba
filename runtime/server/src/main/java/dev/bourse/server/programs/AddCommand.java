package dev.bourse.server.programs;

import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramFile;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Inferlets;
import dev.bourse.server.Streams;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bourse program add}. */
@Command(
    name = "add",
    description = {
      "Keep a program under the name and version that its inferlet.toml says.",
      "",
      "It is checked first, as if it were to run."
    })
final class AddCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private CatalogOption where = new CatalogOption();

  @Parameters(
      paramLabel = "FILE.wasm|DIR",
      description = "A module with an inferlet.toml beside it, or the folder of both.")
  private String path = "";

  @Option(
      names = "--replace",
      description = "Put it in the place of another program of the same name and version.")
  private boolean replace;

  AddCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    ProgramFile file = Inferlets.file(path);
    if (file.toml().isEmpty()) {
      throw CommandException.badFile(
          "%s: there is no %s beside it, which would say its name and version"
              .formatted(file.module(), ProgramFile.MANIFEST));
    }
    Manifest manifest = file.toPackage().manifest().orElseThrow();
    String before = where.use(catalog -> catalog.add(file, replace));
    streams.println(
        "%s@%s%s"
            .formatted(
                manifest.name(),
                manifest.version(),
                before.isEmpty() ? "" : " (%s)".formatted(before)));
    return ExitCode.OK;
  }
}
