package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * A file that log lines are added to. It is opened each time, so that whoever rotates logs may move
 * it away. What it does not take goes to standard error.
 */
final class LogFile implements Consumer<byte[]> {
  private final Path file;
  private final Streams streams;

  private LogFile(Path file, Streams streams) {
    this.file = file;
    this.streams = streams;
  }

  /** Where lines go: to the file, or to standard error if its name is empty. */
  static Consumer<byte[]> of(String name, Streams streams) {
    if (name.isEmpty()) {
      return streams::error;
    }
    LogFile log = new LogFile(ModelFiles.path(name), streams);
    try {
      log.append(new byte[0]);
    } catch (IOException e) {
      throw CommandException.badFile("the log %s cannot be written: %s".formatted(name, e), e);
    }
    return log;
  }

  @Override
  public void accept(byte[] lines) {
    try {
      append(lines);
    } catch (IOException e) {
      streams.error(lines);
      streams.error(
          "bourse: the log %s cannot be written: %s\n"
              .formatted(file, e)
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  private void append(byte[] lines) throws IOException {
    Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
