package dev.bourse.server;

import dev.bourse.host.program.Manifest;
import dev.bourse.host.program.ProgramStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code bourse list}. */
@Command(name = "list", description = "Show the inferlets that ship.")
final class ListCommand implements Callable<Integer> {
  private final Streams streams;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    List<String> names = ProgramStore.builtInNames();
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (String name : names) {
      String description = Inferlets.find(name).manifest().map(Manifest::description).orElse("");
      streams.println(name + " ".repeat(width - name.length()) + "  " + description);
    }
    return ExitCode.OK;
  }
}
