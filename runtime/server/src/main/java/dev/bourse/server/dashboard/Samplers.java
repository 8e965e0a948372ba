package dev.bourse.server.dashboard;

import dev.bourse.host.process.ServedModel;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Node;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The samplers of all models that are served, and the one thread that has them look. */
final class Samplers implements AutoCloseable {
  /** How often they look while somebody wants to know. */
  static final Duration INTERVAL = Duration.ofMillis(500);

  private static final Logger LOG = System.getLogger(Samplers.class.getName());

  /** Of how many looks only one is done while nobody does. */
  private static final int SLOWER = 2;

  private final Node node;
  private final Map<String, Sampler> byModel = new ConcurrentHashMap<>();
  private final Thread thread;

  Samplers(Node node) {
    this.node = node;
    update();
    this.thread = Thread.ofVirtual().name("dashboard-sampler").start(this::run);
  }

  private void run() {
    try {
      for (long tick = 0; true; tick++) {
        Thread.sleep(INTERVAL);
        update();
        for (Sampler sampler : byModel.values()) {
          if (tick % SLOWER == 0 || sampler.isWatched()) {
            look(sampler);
          }
        }
      }
    } catch (InterruptedException e) {
      byModel.values().forEach(Sampler::close);
    }
  }

  private static void look(Sampler sampler) {
    try {
      sampler.look(System.currentTimeMillis());
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "an engine could not be looked at", e);
    }
  }

  /** Models come and go while a server runs. */
  private void update() {
    for (ServedModel model : node.models()) {
      Sampler known = byModel.get(model.name());
      if (known == null || known.engine() != model.engine()) {
        Sampler old = byModel.put(model.name(), new Sampler(model.engine()));
        if (old != null) {
          old.close();
        }
      }
    }
    byModel
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone =
                  node.models().stream().noneMatch(model -> model.name().equals(entry.getKey()));
              if (gone) {
                entry.getValue().close();
              }
              return gone;
            });
  }

  /**
   * The sampler of a model that {@link Node#model} found.
   *
   * @throws ServiceException when the model has just gone, or come
   */
  Sampler of(ServedModel model) {
    Sampler sampler = byModel.get(model.name());
    if (sampler == null) {
      throw new ServiceException(
          Reason.UNAVAILABLE, "the model %s comes or goes just now".formatted(model.name()));
    }
    return sampler;
  }

  @Override
  public void close() {
    thread.interrupt();
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
  }
}
