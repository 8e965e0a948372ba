package dev.bourse.server.serve;

import dev.bourse.engine.Balances;
import dev.bourse.host.program.DurableFiles;
import dev.bourse.server.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What tenants have, in a file: by the name of the model whose engine they have it at. Always
 * whole: it is written beside, forced to disk and moved there.
 */
final class BalancesFile {
  private static final int VERSION = 1;

  /** A field too few or too many means that somebody else has written it. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private final Path file;

  /** The form of the file. */
  private record Contents(int version, Map<String, Balances> models) {}

  BalancesFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  /**
   * What is in it, by model; nothing if it is not there.
   *
   * @throws CommandException if it is damaged: what tenants have is not forgotten silently
   */
  Map<String, Balances> read() {
    try {
      Contents contents = JSON.readValue(Files.readAllBytes(file), Contents.class);
      if (contents.version() != VERSION) {
        throw damaged(
            "it is of version %d, and this is for %d".formatted(contents.version(), VERSION));
      }
      return Map.copyOf(contents.models());
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (JacksonException e) {
      Throwable cause = e.getCause() instanceof IllegalArgumentException law ? law : e;
      throw damaged(String.valueOf(cause.getMessage()).lines().findFirst().orElse(""));
    } catch (IOException | NullPointerException e) {
      throw damaged(e.toString());
    }
  }

  private CommandException damaged(String why) {
    return CommandException.badFile(
        ("%s, where tenants' balances are kept, cannot be used: %s. Put back a copy of it; or move"
                + " it away, and every tenant begins anew with what the configuration gives")
            .formatted(file, why));
  }

  /** Replaces what is in it; on disk when this returns. */
  void write(Map<String, Balances> models) throws IOException {
    DurableFiles.write(
        file.toAbsolutePath(),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(new Contents(VERSION, models)));
  }
}
