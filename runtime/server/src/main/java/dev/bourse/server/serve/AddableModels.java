package dev.bourse.server.serve;

import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which files may be served as models by whoever administers from afar: those that the server was
 * started with, and those in folders that the operator names. Of all others he does not even learn
 * whether they are there.
 */
final class AddableModels {
  private final List<Path> folders;
  private final List<String> given;

  /**
   * @param folders whose files, at any depth, may be added
   * @param given what the server was started with
   * @throws CommandException if one of the folders is none
   */
  AddableModels(List<String> folders, List<String> given) {
    this.folders = folders.stream().map(AddableModels::folder).toList();
    this.given = List.copyOf(given);
  }

  private static Path folder(String name) {
    try {
      Path folder = ModelFiles.path(name).toRealPath();
      if (Files.isDirectory(folder)) {
        return folder;
      }
    } catch (IOException e) {
      throw CommandException.usage("--model-folder %s cannot be read: %s".formatted(name, e));
    }
    throw CommandException.usage("--model-folder %s is no folder".formatted(name));
  }

  /**
   * The file that is meant.
   *
   * @return its path, or {@link ModelFiles#DEMO}
   * @throws ServiceException with {@link Reason#NOT_FOUND} if it may not be added, or is not there
   */
  String file(String name) {
    if (given.contains(name) || name.equals(ModelFiles.DEMO)) {
      return name;
    }
    return folders.stream()
        .flatMap(folder -> within(folder, name).stream())
        .findFirst()
        .map(Path::toString)
        .orElseThrow(() -> noSuchFile(name));
  }

  private static Optional<Path> within(Path folder, String name) {
    try {
      // Through links: what they lead to counts.
      Path file = folder.resolve(name).toRealPath();
      return file.startsWith(folder) && Files.isRegularFile(file)
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  private ServiceException noSuchFile(String name) {
    return new ServiceException(
        Reason.NOT_FOUND,
        folders.isEmpty()
            ? "no model can be added from a file: this server was started without --model-folder"
            : "there is no \"%s\" in the folders that this server adds models from"
                .formatted(name));
  }
}
