package dev.bourse.server.config;

import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bourse config check}. */
@Command(name = "check", description = "Tell all that is wrong with the configuration.")
final class CheckCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption option = new ConfigOption();

  CheckCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    int keys = option.load().given().size();
    Optional<Path> file = option.used();
    streams.println(
        file.isPresent()
            ? "%s: fine, %d %s set".formatted(file.get(), keys, keys == 1 ? "key" : "keys")
            : option.file() + ": not there, so everything is as it is by default");
    return ExitCode.OK;
  }
}
