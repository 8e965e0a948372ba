package dev.bourse.host.process;

import dev.bourse.engine.Budget;
import dev.bourse.engine.Context;
import dev.bourse.engine.Context.Bids;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one process uses of the engines: its models, and an account with each engine. */
public final class Inference implements AutoCloseable {
  /** A step of a large model takes a good part of it. */
  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, ServedModel> models = new LinkedHashMap<>();
  private final Map<String, EngineProcess> accounts = new LinkedHashMap<>();
  private final Limits limits;
  private int openContexts;

  // Of the process's thread.
  private long othersTokens;
  private long othersNanos;

  /**
   * Opens an account with each engine.
   *
   * @param budget what it has of its own of each; null for what the user has
   * @param firstBid what contexts offer until the process bids by itself
   * @throws EngineException if the user does not have so much
   */
  public Inference(
      String processId,
      String username,
      List<ServedModel> served,
      Limits limits,
      @Nullable Budget budget,
      Optional<Bids> firstBid) {
    this(
        served,
        limits,
        model -> {
          EngineProcess account =
              model
                  .engine()
                  .openProcess(name(processId), username, limits.intMax(Limit.CONTEXTS), budget);
          firstBid.ifPresent(account::bidAtFirst);
          return account;
        });
  }

  private Inference(
      Collection<ServedModel> served, Limits limits, Function<ServedModel, EngineProcess> open) {
    this.limits = limits;
    try {
      for (ServedModel model : served) {
        models.put(model.name(), model);
        accounts.put(model.name(), open.apply(model));
      }
    } catch (EngineException e) {
      close();
      throw e;
    }
  }

  private static String name(String processId) {
    return "inferlet-" + processId;
  }

  /**
   * What a child of this process has.
   *
   * @param budget out of what this process has; null to spend with it
   * @throws EngineException if there is not so much
   */
  Inference child(String processId, Limits childLimits, @Nullable Budget budget) {
    return new Inference(
        models.values(),
        childLimits,
        model ->
            account(model).openChild(name(processId), childLimits.intMax(Limit.CONTEXTS), budget));
  }

  public List<String> modelNames() {
    return List.copyOf(models.keySet());
  }

  public Optional<ServedModel> model(String name) {
    return Optional.ofNullable(models.get(name));
  }

  public static String noSuchModel(String name, List<String> names) {
    return names.isEmpty()
        ? "no model named " + name + ": the host serves none"
        : "no model named " + name + ": the host serves " + String.join(", ", names);
  }

  /**
   * A new, empty context.
   *
   * @throws EngineException when the process or the engine has no room for it
   */
  public HostContext newContext(ServedModel model) {
    requireRoomForContext();
    return adopt(model, account(model).newContext());
  }

  public HostContext adopt(ServedModel model, Context context) {
    openContexts++;
    return new HostContext(this, model, context);
  }

  public void requireRoomForContext() {
    if (openContexts >= limits.max(Limit.CONTEXTS)) {
      throw new EngineException(
          LimitExceededException.describe(
              Limit.CONTEXTS, limits.max(Limit.CONTEXTS), openContexts + 1L));
    }
  }

  public void released() {
    openContexts--;
  }

  /** What the process used of each model, by its name; also after the process has ended. */
  public Map<String, EngineProcess.Usage> usage() {
    Map<String, EngineProcess.Usage> usage = new LinkedHashMap<>();
    accounts.forEach((name, account) -> usage.put(name, account.usage()));
    return usage;
  }

  /** The contexts of a model under names. */
  public ContextNames names(ServedModel model) {
    return new ContextNames(this, model);
  }

  /** Credits for a page and step of the default model; 0 without one. */
  public double pagePrice() {
    return models.isEmpty() ? 0 : models.values().iterator().next().engine().price().pagePrice();
  }

  public EngineProcess account(ServedModel model) {
    EngineProcess account = accounts.get(model.name());
    if (account == null) {
      throw new IllegalStateException("no account with the engine of " + model.name());
    }
    return account;
  }

  @Override
  public void close() {
    new ArrayList<>(accounts.values()).forEach(EngineProcess::close);
  }

  /** Whether the engines have computed tokens of other processes in the last second. */
  boolean othersCompute(long nowNanos) {
    long tokens = 0;
    for (ServedModel model : models.values()) {
      EngineProcess.Usage own = account(model).usage();
      tokens +=
          model.engine().statistics().tokens()
              - own.promptTokens()
              - own.decodedTokens()
              - own.recomputedTokens();
    }
    if (tokens != othersTokens) {
      othersTokens = tokens;
      othersNanos = nowNanos;
      return true;
    }
    return tokens != 0 && nowNanos - othersNanos < BUSY_NANOS;
  }
}
