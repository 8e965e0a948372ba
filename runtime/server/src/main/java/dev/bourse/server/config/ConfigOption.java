package dev.bourse.server.config;

import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.UserFolders;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the configuration is. */
public final class ConfigOption {
  /** The environment variable that says where the configuration is. */
  private static final String VARIABLE = "BOURSE_CONFIG";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "What an operator has set (bourse config init writes such a file). Default: the"
              + " environment's BOURSE_CONFIG, or else bourse/bourse.toml in the folder for your"
              + " settings, such as ~/.config, if it is there.")
  private @Nullable String file;

  /** The file that was named, on the command line or in the environment. */
  private Optional<Path> named() {
    if (file != null) {
      return Optional.of(ModelFiles.path(file));
    }
    String variable = System.getenv().getOrDefault(VARIABLE, "");
    return variable.isEmpty() ? Optional.empty() : Optional.of(ModelFiles.path(variable));
  }

  /** The file that was named, or else that of the user, which need not exist. */
  Path file() {
    return named()
        .or(UserFolders::configuration)
        .orElseThrow(
            () ->
                CommandException.usage(
                    "you have no home folder with a bourse.toml; say where it is, with --config"
                        + " FILE or in "
                        + VARIABLE));
  }

  /** The file that is used: one that was named, or that of the user if it is there. */
  Optional<Path> used() {
    return named().or(() -> UserFolders.configuration().filter(Files::exists));
  }

  /**
   * What is set.
   *
   * @throws CommandException naming all that is wrong with the file
   */
  public Configuration load() {
    return used().map(ConfigOption::load).orElse(Configuration.DEFAULT);
  }

  private static Configuration load(Path path) {
    try {
      return ConfigReader.read(Files.readString(path));
    } catch (ConfigException e) {
      // Each is a line of its own, as if it were the only one.
      throw CommandException.badFile(
          e.problems().stream()
              .map(problem -> path + ": " + problem)
              .collect(Collectors.joining("\nbourse: ")),
          e);
    } catch (NoSuchFileException e) {
      throw CommandException.badFile(
          "%s: no such file; bourse config init --config %s writes one".formatted(path, path), e);
    } catch (CharacterCodingException e) {
      throw CommandException.badFile(path + ": is not in UTF-8", e);
    } catch (IOException e) {
      throw CommandException.badFile(
          Files.isDirectory(path)
              ? path + ": is a folder; name a file"
              : path + ": cannot be read: " + e.getMessage(),
          e);
    }
  }
}
