package dev.bourse.server.config;

import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bourse config show}. */
@Command(
    name = "show",
    description = "Write what counts, defaults included, as a file that would set it.")
final class ShowCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption option = new ConfigOption();

  ShowCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    Configuration configuration = option.load();
    Optional<Path> file = option.used();
    streams.print("# %s\n".formatted(file.map(Path::toString).orElse("no file: all defaults")));
    streams.print(ConfigText.of(configuration));
    streams.flush();
    return ExitCode.OK;
  }
}
