package dev.bourse.server.serve;

import dev.bourse.engine.Balances;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineException;
import dev.bourse.server.CommandException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Has tenants' balances outlive the server: engines go on with what is in a file, and whenever
 * something has changed, at most every second, the file is written anew, by a thread of its own.
 * What a machine that stops at once may lose is what was paid since. Thread safe.
 */
final class BalanceKeeper implements AutoCloseable {
  private static final Logger LOG = System.getLogger(BalanceKeeper.class.getName());

  private final BalancesFile file;
  private final Map<String, Engine> engines = new LinkedHashMap<>();
  private final Thread thread;
  private final Duration interval;

  /** What is in the file; also of models that are not served now. */
  private Map<String, Balances> kept;

  private boolean failing;
  private boolean closed;

  /**
   * Reads a file, and begins to keep it.
   *
   * @throws CommandException if the file is damaged
   */
  BalanceKeeper(BalancesFile file, Duration interval) {
    this.file = file;
    this.interval = interval;
    this.kept = file.read();
    this.thread = Thread.ofPlatform().name("bourse-balances").daemon().start(this::run);
  }

  /**
   * Has an engine, at which nobody has anything yet, go on with what its file says, and keeps it
   * from now on.
   *
   * @throws CommandException if that is more than the engine can give
   */
  synchronized void add(String model, Engine engine) {
    Balances balances = kept.get(model);
    if (balances != null) {
      try {
        engine.restore(balances);
      } catch (EngineException e) {
        throw CommandException.badFile(
            "%s, tenants' balances at %s: %s".formatted(file.path(), model, e.getMessage()), e);
      }
    }
    engines.put(model, engine);
  }

  /** Writes what its tenants have for the last time; the engine must not work any more. */
  synchronized void remove(String model) {
    write();
    engines.remove(model);
  }

  private void run() {
    try {
      while (await()) {
        write();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it but who wants it to end.
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean await() throws InterruptedException {
    long end = System.nanoTime() + interval.toNanos();
    for (long left = interval.toMillis(); left > 0 && !closed; ) {
      wait(left);
      left = Duration.ofNanos(end - System.nanoTime()).toMillis();
    }
    return !closed;
  }

  private synchronized void write() {
    try {
      Map<String, Balances> now = new TreeMap<>(kept);
      engines.forEach((model, engine) -> now.put(model, engine.balances()));
      if (now.equals(kept)) {
        return;
      }
      file.write(now);
      kept = now;
      if (failing) {
        LOG.log(Level.INFO, "tenants'' balances are written again to {0}", file.path());
      }
      failing = false;
    } catch (IOException | RuntimeException e) {
      // The server goes on: a full disk may be cleared, and the next second tries again.
      if (!failing) {
        LOG.log(
            Level.ERROR,
            "tenants' balances cannot be written to "
                + file.path()
                + ", and what is paid from now on would not survive the server: "
                + e);
      }
      failing = true;
    }
  }

  /** Writes what tenants have for the last time. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    write();
  }
}
