package dev.bourse.server.dashboard;

import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The processes of all tenants, looked up once for all who look at the page. Thread safe. */
final class ProcessList {
  /** Rows of one caller: those that run first, then those that ended last. */
  static final int ROWS_MAX = 100;

  private static final Comparator<NodeProcess> LAST_FIRST =
      Comparator.comparing(NodeProcess::launchedAt).reversed();

  private final Node node;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<String, Rows> byTenant = Map.of();
  private Rows ofAll = new Rows(0, List.of());
  private long lookedNanos;
  private boolean looked;

  /**
   * Some processes.
   *
   * @param running how many run, also those that are not listed
   */
  record Rows(int running, List<ProcessView> list) {}

  ProcessList(Node node) {
    this.node = node;
  }

  /** What {@code caller} may see, at most half an interval old. */
  Rows of(Caller caller) {
    lock.lock();
    try {
      if (!looked || System.nanoTime() - lookedNanos > Samplers.INTERVAL.toNanos() / 2) {
        look();
        looked = true;
        lookedNanos = System.nanoTime();
      }
      return caller.role().includes(Role.ADMINISTER)
          ? ofAll
          : byTenant.getOrDefault(caller.tenant(), new Rows(0, List.of()));
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    Caller everybody = new Caller(Caller.LOCAL.tenant(), Role.ADMINISTER, Caller.NO_KEY);
    List<NodeProcess> all = node.processes(everybody, true, true);
    Map<String, List<NodeProcess>> owned = new HashMap<>();
    all.forEach(
        process ->
            owned.computeIfAbsent(process.tenant(), tenant -> new ArrayList<>()).add(process));
    Map<String, ProcessView> views = new HashMap<>();
    Map<String, Rows> rows = new HashMap<>();
    owned.forEach((tenant, processes) -> rows.put(tenant, rows(processes, views)));
    byTenant = rows;
    ofAll = rows(all, views);
  }

  private static Rows rows(List<NodeProcess> processes, Map<String, ProcessView> views) {
    List<NodeProcess> running = new ArrayList<>();
    List<NodeProcess> ended = new ArrayList<>();
    processes.forEach(process -> (process.end().isPresent() ? ended : running).add(process));
    running.sort(LAST_FIRST);
    ended.sort(LAST_FIRST);
    List<NodeProcess> shown = new ArrayList<>(running);
    shown.addAll(ended);
    return new Rows(
        running.size(),
        shown.stream()
            .limit(ROWS_MAX)
            .map(process -> views.computeIfAbsent(process.id(), id -> ProcessView.of(process)))
            .toList());
  }
}
