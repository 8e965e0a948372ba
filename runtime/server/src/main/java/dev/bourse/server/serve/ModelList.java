package dev.bourse.server.serve;

import dev.bourse.host.program.DurableFiles;
import dev.bourse.server.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The files of models that were added while a server ran, so that the next one serves them too. */
final class ModelList {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  /** The form of the file. */
  private record Contents(int version, List<String> files) {}

  ModelList(Path file) {
    this.file = file;
  }

  /**
   * The files, in the order in which they were added.
   *
   * @throws CommandException if the list is damaged
   */
  List<String> read() {
    try {
      return List.copyOf(JSON.readValue(Files.readAllBytes(file), Contents.class).files());
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException | JacksonException | NullPointerException e) {
      throw CommandException.badFile(
          "%s, the list of the models that were added, cannot be read: %s. Delete it, and add them again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  /** Replaces the list; on disk when this returns. */
  void write(List<String> files) throws IOException {
    DurableFiles.write(
        file.toAbsolutePath(),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Contents(1, files)));
  }
}
