package dev.bourse.server.serve;

import dev.bourse.host.program.DurableFiles;
import dev.bourse.host.program.FolderLock;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.UserFolders;
import dev.bourse.server.access.ApiKeys;
import dev.bourse.server.access.AuditLog;
import dev.bourse.server.access.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a server keeps what must outlive it.
 *
 * <pre>
 * keys.json       the keys of all tenants, hashed
 * balances.json   what all tenants have
 * models.json     the models that were added while a server ran
 * audit.jsonl     who changed what
 * programs/       what tenants deployed, a folder for each
 * server.lock     held by the server that uses the folder
 * lock            held by whoever changes keys
 * </pre>
 */
final class DataFolder {
  private static final String VARIABLE = "BOURSE_DATA";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the server keeps keys, tenants' balances and programs, and its audit log. Default:"
              + " the environment's BOURSE_DATA, or else as configured, or else bourse/server in the folder for your data,"
              + " such as ~/.local/share.")
  private @Nullable String folder;

  private String configured = "";

  /** Has what is configured count where nothing is said; empty if nothing is configured. */
  DataFolder orElse(String folderConfigured) {
    configured = folderConfigured;
    return this;
  }

  /** The folder, which need not exist. */
  Path path() {
    if (folder != null) {
      return ModelFiles.path(folder);
    }
    String variable = System.getenv().getOrDefault(VARIABLE, "");
    if (!variable.isEmpty()) {
      return ModelFiles.path(variable);
    }
    if (!configured.isEmpty()) {
      return ModelFiles.path(configured);
    }
    return UserFolders.server()
        .orElseThrow(
            () ->
                CommandException.usage(
                    "you have no home folder to keep data in; say where, with --data DIR or in "
                        + VARIABLE));
  }

  /**
   * Makes the folder this server's own, and deletes what an earlier one was writing when it was
   * killed.
   */
  ServerLock lock() {
    Path folder = path();
    ServerLock lock = ServerLock.take(folder);
    try (var _ = FolderLock.take(folder)) {
      DurableFiles.deleteHalfWritten(folder);
      return lock;
    } catch (IOException e) {
      lock.close();
      throw CommandException.badFile(
          "the data folder %s cannot be used: %s".formatted(folder, e), e);
    }
  }

  BalancesFile balances() {
    return new BalancesFile(path().resolve("balances.json"));
  }

  ModelList models() {
    return new ModelList(path().resolve("models.json"));
  }

  ApiKeys keys() {
    try {
      return new ApiKeys(path().resolve("keys.json"), Clock.systemUTC());
    } catch (ServiceException e) {
      throw CommandException.badFile(e.words(), e);
    }
  }

  AuditLog audit() {
    return new AuditLog(Optional.of(path().resolve("audit.jsonl")), Clock.systemUTC());
  }

  /** The folder with a folder of programs for each tenant. */
  Path programs() {
    return path().resolve("programs");
  }
}
