package dev.bourse.server.dashboard;

import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** How many streams are open at once, of all tenants and of each. Thread safe. */
final class Seats {
  static final int ALL_MAX = 256;
  static final int TENANT_MAX = 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /** One of them, until it is closed. */
  interface Seat extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Takes one.
   *
   * @throws ServiceException when there is none left
   */
  Seat take(String tenant) {
    lock.lock();
    try {
      int own = taken.getOrDefault(tenant, 0);
      if (own >= TENANT_MAX || all >= ALL_MAX) {
        throw new ServiceException(
            Reason.LIMIT_EXCEEDED,
            own >= TENANT_MAX
                ? "tenant %s looks at %d streams, as many as it may".formatted(tenant, own)
                : "%d streams are looked at, as many as this server has".formatted(all));
      }
      taken.put(tenant, own + 1);
      all++;
    } finally {
      lock.unlock();
    }
    return () -> leave(tenant);
  }

  private void leave(String tenant) {
    lock.lock();
    try {
      all--;
      taken.computeIfPresent(tenant, (name, own) -> own == 1 ? null : own - 1);
    } finally {
      lock.unlock();
    }
  }

  /** Those that are taken. */
  int taken() {
    lock.lock();
    try {
      return all;
    } finally {
      lock.unlock();
    }
  }
}
