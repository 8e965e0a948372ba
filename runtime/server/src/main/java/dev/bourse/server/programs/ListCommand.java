package dev.bourse.server.programs;

import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import dev.bourse.server.Table;
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

  @Mixin private CatalogOption where = new CatalogOption();

  @Option(names = "--json", description = "Write one JSON array.")
  private boolean json;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    List<Catalog.Line> lines = where.use(Catalog::list);
    if (json) {
      streams.println(JsonMapper.shared().writeValueAsString(lines));
      return ExitCode.OK;
    }
    new Table<Catalog.Line>()
        .text("name", Catalog.Line::name)
        .text("version", Catalog.Line::version)
        .text("from", line -> line.builtIn() ? "ships" : "added")
        .number("bytes", line -> line.bytes() == 0 ? "" : "%,d".formatted(line.bytes()))
        .text("description", Catalog.Line::description)
        .text("problem", Catalog.Line::problem)
        .lines(lines)
        .forEach(streams::println);
    return ExitCode.OK;
  }
}
