package dev.bourse.server.access;

import dev.bourse.server.request.RequestScope;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who changed what, one JSON object in a line, at the end of a file that is only ever appended to.
 * Nothing secret is in it. Thread safe.
 */
public final class AuditLog {
  private static final Logger LOG = System.getLogger(AuditLog.class.getName());
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Optional<Path> file;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * A log.
   *
   * @param file need not exist; empty to keep none
   */
  public AuditLog(Optional<Path> file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** A log that keeps nothing. */
  public static AuditLog none() {
    return new AuditLog(Optional.empty(), Clock.systemUTC());
  }

  /**
   * Notes that a caller did something.
   *
   * @param action such as {@code program.deploy}
   * @param object what it was done to
   */
  public void record(Caller caller, String action, String object) {
    if (file.isEmpty()) {
      return;
    }
    ObjectNode line = JSON.createObjectNode();
    line.put("time", clock.instant().toString());
    line.put("tenant", caller.tenant());
    line.put("key", caller.keyId());
    line.put("role", caller.role().key());
    line.put("action", action);
    line.put("object", object);
    RequestScope.current().ifPresent(request -> line.put("request", request.id()));
    append(file.get(), line + "\n");
  }

  private void append(Path target, String line) {
    lock.lock();
    try {
      Files.createDirectories(target.toAbsolutePath().resolveSibling(""));
      Files.writeString(
          target,
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      // A full disk must not keep an operator from revoking a key.
      LOG.log(Level.ERROR, "the audit log " + target + " cannot be written: " + line.strip(), e);
    } finally {
      lock.unlock();
    }
  }
}
