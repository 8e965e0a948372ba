package dev.bourse.server;

import dev.bourse.host.program.BuiltIns;
import dev.bourse.host.program.Manifest;
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
    List<String> names = BuiltIns.names();
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    for (String name : names) {
      String description = BuiltIns.manifest(name).map(Manifest::description).orElse("");
      streams.println(name + " ".repeat(width - name.length()) + "  " + description);
    }
    return ExitCode.OK;
  }
}
