package dev.bourse.server.serve;

import dev.bourse.engine.Engine;
import dev.bourse.host.process.ServedModel;
import dev.bourse.model.Model;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.SnapshotFolder;
import dev.bourse.server.TemplateTurns;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.ServedModels;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The engines of a server's models, each with a model; closing it closes them all. Thread safe:
 * models come and go one after the other, and nobody waits for that who only looks.
 */
final class ServedEngines implements ServedModels, AutoCloseable {
  private static final Logger LOG = System.getLogger(ServedEngines.class.getName());
  private static final Duration BALANCES_EVERY = Duration.ofSeconds(1);

  private final EngineOptions options;
  private final SnapshotFolder snapshots;
  private final AddableModels addable;
  private final ModelList list;
  private final BalanceKeeper balances;
  private final ReentrantLock changing = new ReentrantLock();

  /** All that hold memory; those that are withdrawn, too. */
  private final List<Entry> entries = new ArrayList<>();

  private volatile List<Entry> served = List.of();
  private boolean closed;

  /**
   * A model that is served.
   *
   * @param added whether that was while a server ran, so that the next one serves it too
   */
  private record Entry(String file, boolean added, Model model, ServedModel served) {}

  private ServedEngines(
      EngineOptions options, SnapshotFolder snapshots, AddableModels addable, DataFolder data) {
    this.options = options;
    this.snapshots = snapshots;
    this.addable = addable;
    this.list = data.models();
    this.balances = new BalanceKeeper(data.balances(), BALANCES_EVERY);
  }

  /**
   * Loads models and starts their engines.
   *
   * @param names files, or {@link ModelFiles#DEMO}
   * @param addable what may be added later
   * @param data where it is kept what was added, and what tenants have
   */
  static ServedEngines start(
      List<String> names,
      AddableModels addable,
      EngineOptions options,
      SnapshotFolder snapshots,
      DataFolder data) {
    List<String> before = data.models().read();
    ServedEngines all = new ServedEngines(options, snapshots, addable, data);
    try {
      for (String name : names) {
        var _ = all.load(name, false, stage -> {});
      }
      before.forEach(all::addAgain);
      return all;
    } catch (ServiceException e) {
      all.close();
      throw CommandException.usage(e.words());
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  /**
   * What was added and cannot be served now is said, and does not keep the server from starting.
   */
  private void addAgain(String file) {
    try {
      var _ = load(addable.file(file), true, stage -> {});
    } catch (CommandException | ServiceException e) {
      LOG.log(
          Level.WARNING,
          "the model "
              + file
              + " was added to this server, and cannot be served now: "
              + e.getMessage());
    }
  }

  @Override
  public List<ServedModel> all() {
    return served.stream().map(Entry::served).toList();
  }

  @Override
  public ServedModel add(String name, Consumer<String> progress) {
    String file = addable.file(name);
    changing.lock();
    try {
      if (closed) {
        throw new ServiceException(Reason.UNAVAILABLE, "this server is stopping");
      }
      Entry entry = load(file, true, progress);
      keepList();
      return entry.served();
    } catch (CommandException e) {
      throw new ServiceException(Reason.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    } finally {
      changing.unlock();
    }
  }

  /** Serves a file, if it is a model whose name is free. */
  private Entry load(String file, boolean added, Consumer<String> progress) {
    progress.accept("loading");
    Model model = loadModel(file);
    try {
      String name = model.config().name();
      if (entries.stream().anyMatch(other -> other.served().name().equals(name))) {
        throw new ServiceException(
            Reason.ALREADY_EXISTS,
            "two of the models are called %s; inferlets ask for them by name".formatted(name));
      }
      progress.accept("starting");
      Engine engine = options.start(model, 0, snapshots);
      try {
        balances.add(name, engine);
      } catch (RuntimeException | Error e) {
        engine.close();
        throw e;
      }
      Entry entry =
          new Entry(file, added, model, new ServedModel(name, engine, new TemplateTurns(model)));
      entries.add(entry);
      List<Entry> more = new ArrayList<>(served);
      more.add(entry);
      served = List.copyOf(more);
      return entry;
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private Model loadModel(String file) {
    try {
      return options.load(file);
    } catch (OutOfMemoryError e) {
      throw CommandException.badFile(
          "there is not enough memory for the weights of %s: %s".formatted(file, e.getMessage()),
          e);
    }
  }

  @Override
  public Runnable withdraw(String name) {
    changing.lock();
    try {
      Entry entry =
          served.stream()
              .filter(each -> each.served().name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new ServiceException(
                          Reason.NOT_FOUND, "there is no model \"%s\"".formatted(name)));
      if (served.size() == 1) {
        throw new ServiceException(
            Reason.FAILED_PRECONDITION,
            "%s is the only model that is served: add another one before".formatted(name));
      }
      served = served.stream().filter(each -> !each.equals(entry)).toList();
      keepList();
      return () -> free(entry);
    } finally {
      changing.unlock();
    }
  }

  private void free(Entry entry) {
    changing.lock();
    try {
      if (entries.remove(entry)) {
        String name = entry.served().name();
        entry.served().engine().close("the model %s was removed".formatted(name));
        balances.remove(name);
        entry.model().close();
      }
    } finally {
      changing.unlock();
    }
  }

  /** For the next server; that it would not know of a model is no reason to refuse it now. */
  private void keepList() {
    try {
      list.write(served.stream().filter(Entry::added).map(Entry::file).toList());
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "the list of the models that were added cannot be written: {0}",
          e.toString());
    }
  }

  @Override
  public void close() {
    changing.lock();
    try {
      closed = true;
      entries.forEach(entry -> entry.served().engine().close());
      // Processes have ended, and what they had is their tenants' again.
      balances.close();
      entries.forEach(entry -> entry.model().close());
      entries.clear();
    } finally {
      changing.unlock();
    }
  }
}
