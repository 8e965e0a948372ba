package dev.bourse.server.node;

import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/**
 * The processes of all tenants: those that run, and of those that ended the last of each tenant, so
 * that whoever launched one can still ask how it ended and what it said. Thread safe.
 */
final class ProcessTable {
  private final ToIntFunction<String> runningMax;
  private final int endedMax;
  private final long endedBytesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, NodeProcess> running = new LinkedHashMap<>();
  private final Map<String, Tenant> tenants = new LinkedHashMap<>();

  /** What is counted for a tenant. */
  private static final class Tenant {
    private int running;
    private long endedBytes;
    private final Map<String, NodeProcess> ended = new LinkedHashMap<>();
  }

  /**
   * An empty table.
   *
   * @param runningMax processes of a tenant that run at once
   * @param endedMax processes of a tenant that ended and are kept
   * @param endedBytesMax bytes of what those said
   */
  ProcessTable(ToIntFunction<String> runningMax, int endedMax, long endedBytesMax) {
    this.runningMax = runningMax;
    this.endedMax = endedMax;
    this.endedBytesMax = endedBytesMax;
  }

  /** A place for a process that is about to begin. */
  final class Place {
    private final String tenant;

    private Place(String tenant) {
      this.tenant = tenant;
    }

    /** The process began; the place is free when it has ended. */
    void take(NodeProcess process) {
      lock.lock();
      try {
        running.put(process.id(), process);
      } finally {
        lock.unlock();
      }
      var _ = process.ended().thenAccept(end -> ended(process));
    }

    /** It did not begin. */
    void giveBack() {
      lock.lock();
      try {
        of(tenant).running--;
        forgetIfIdle(tenant);
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * A place for one more process of a tenant.
   *
   * @throws ServiceException when it has as many as it may
   */
  Place reserve(String tenant) {
    lock.lock();
    try {
      Tenant counted = of(tenant);
      int max = runningMax.applyAsInt(tenant);
      if (counted.running >= max) {
        forgetIfIdle(tenant);
        throw new ServiceException(
            Reason.LIMIT_EXCEEDED,
            "tenant %s has %d processes, as many as it may; wait for one to end"
                .formatted(tenant, counted.running),
            Map.of("limit", "processes", "max", Integer.toString(max)));
      }
      counted.running++;
      return new Place(tenant);
    } finally {
      lock.unlock();
    }
  }

  private Tenant of(String tenant) {
    return tenants.computeIfAbsent(tenant, name -> new Tenant());
  }

  private void forgetIfIdle(String tenant) {
    Tenant counted = of(tenant);
    if (counted.running == 0 && counted.ended.isEmpty()) {
      tenants.remove(tenant);
    }
  }

  private void ended(NodeProcess process) {
    lock.lock();
    try {
      running.remove(process.id());
      Tenant counted = of(process.tenant());
      counted.running--;
      counted.ended.put(process.id(), process);
      counted.endedBytes += process.log().bytes();
      Iterator<NodeProcess> oldest = counted.ended.values().iterator();
      while (counted.ended.size() > endedMax
          || (counted.endedBytes > endedBytesMax && counted.ended.size() > 1)) {
        counted.endedBytes -= oldest.next().log().bytes();
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** A process, running or kept. */
  Optional<NodeProcess> find(String id) {
    lock.lock();
    try {
      NodeProcess found = running.get(id);
      if (found != null) {
        return Optional.of(found);
      }
      return tenants.values().stream()
          .flatMap(tenant -> Optional.ofNullable(tenant.ended.get(id)).stream())
          .findFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Those that run, in the order in which they were launched. */
  List<NodeProcess> running() {
    lock.lock();
    try {
      return List.copyOf(running.values());
    } finally {
      lock.unlock();
    }
  }

  /** Those that ended and are kept, in the order in which they ended, tenant by tenant. */
  List<NodeProcess> ended() {
    lock.lock();
    try {
      List<NodeProcess> all = new ArrayList<>();
      tenants.values().forEach(tenant -> all.addAll(tenant.ended.values()));
      return all;
    } finally {
      lock.unlock();
    }
  }
}
