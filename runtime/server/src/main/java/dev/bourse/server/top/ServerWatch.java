package dev.bourse.server.top;

import dev.bourse.client.BourseClient;
import dev.bourse.client.BourseException;
import dev.bourse.client.MarketWatch;
import dev.bourse.proto.v1.Model;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.Tick;
import dev.bourse.server.market.ServerMarket;
import dev.bourse.server.remote.ServerOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows a server: the market of one of its models tick by tick, and with each tick what runs.
 * When the server goes away it says so, and asks again until it is back.
 */
final class ServerWatch implements AutoCloseable {
  private static final long RETRY_MILLIS = 1000;

  private final BourseClient client;
  private final ServerOption server;
  private final Duration interval;
  private final List<String> models;
  private final AtomicReference<TopView> view;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile boolean allTenants;
  private volatile int model;
  private volatile boolean closed;
  private volatile @Nullable BourseException refusal;
  private volatile @Nullable MarketWatch ticks;

  private ServerWatch(
      BourseClient client, ServerOption server, Duration interval, boolean allTenants) {
    this.client = client;
    this.server = server;
    this.interval = interval;
    this.allTenants = allTenants;
    // Whatever is wrong with the server or the key shows here.
    this.models = client.models().stream().map(Model::getName).toList();
    this.view = new AtomicReference<>(TopView.of(server.target(), models.getFirst()));
  }

  /**
   * Begins to follow a server.
   *
   * @param allTenants whether the processes of all tenants are wanted
   */
  static ServerWatch start(
      BourseClient client, ServerOption server, Duration interval, boolean allTenants) {
    ServerWatch watch = new ServerWatch(client, server, interval, allTenants);
    Thread.ofPlatform().daemon().name("bourse-watch").start(watch::follow);
    return watch;
  }

  /** What was heard last. */
  TopView view() {
    return view.get();
  }

  /** What is heard first. */
  TopView awaitFirst() throws InterruptedException {
    first.await();
    BourseException why = refusal;
    if (why != null) {
      throw why;
    }
    return view();
  }

  /** Whether those of all tenants are wanted. */
  boolean allTenants() {
    return allTenants;
  }

  void allTenants(boolean all) {
    allTenants = all;
  }

  /** Shows the market of the next model. */
  void nextModel() {
    model = (model + 1) % models.size();
    endTicks();
  }

  /** Stops a process, and returns when it has ended. */
  void stop(String process) {
    var _ = client.terminate(process, "stopped by bourse top");
  }

  private void follow() {
    while (!closed) {
      int followed = model;
      String name = models.get(followed);
      ServerMarket market = new ServerMarket();
      view.updateAndGet(old -> old.model().equals(name) ? old : TopView.of(server.target(), name));
      try (MarketWatch watch = client.market(name, interval)) {
        ticks = watch;
        for (Tick tick = watch.next();
            tick != null && followed == model && !closed;
            tick = watch.next()) {
          List<Process> processes = client.processes(allTenants, false);
          Tick heard = tick;
          view.updateAndGet(old -> old.with(heard, market.after(heard), processes));
          first.countDown();
        }
      } catch (BourseException e) {
        lost(e, followed);
      }
    }
  }

  private void lost(BourseException e, int followed) {
    if (closed || followed != model) {
      return;
    }
    if (e.reason().equals("PERMISSION_DENIED") && allTenants) {
      allTenants = false;
    }
    if (first.getCount() > 0) {
      refusal = e;
      closed = true;
      first.countDown();
      return;
    }
    view.updateAndGet(old -> old.with(String.valueOf(e.getMessage())));
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void endTicks() {
    MarketWatch watch = ticks;
    if (watch != null) {
      watch.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    endTicks();
  }
}
