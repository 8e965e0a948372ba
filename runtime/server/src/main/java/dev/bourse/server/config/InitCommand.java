package dev.bourse.server.config;

import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Streams;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bourse config init}. */
@Command(
    name = "init",
    description = "Write a configuration in which every key is explained and none is set.")
final class InitCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption option = new ConfigOption();

  @Option(names = "--stdout", description = "Write it to standard output, and no file.")
  private boolean stdout;

  InitCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (stdout) {
      streams.print(ConfigText.template());
      streams.flush();
      return ExitCode.OK;
    }
    Path file = option.file();
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.writeString(file, ConfigText.template(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      // Also where a folder should be made and a file is.
      throw CommandException.failed(
          e.getFile() + " is there already; bourse config show tells what is in it");
    } catch (IOException e) {
      throw CommandException.badFile(file + ": cannot be written: " + e.getMessage(), e);
    }
    streams.error("bourse: wrote " + file);
    return ExitCode.OK;
  }
}
