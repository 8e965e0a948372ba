package dev.bourse.server;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.Policies;
import dev.bourse.engine.SnapshotSource;
import dev.bourse.host.HostSettings;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Mount;
import dev.bourse.model.Model;
import dev.bourse.server.config.ConfigOption;
import dev.bourse.server.config.Configuration;
import dev.bourse.tensor.WorkerPool;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** With what means a model is computed, and who waits. None of them changes what is computed. */
public final class EngineOptions {
  private static final long KV_BYTES_DEFAULT = 1L << 30;

  /** More threads than any machine has cores; each one more than those only costs. */
  private static final int THREADS_MAX = 1024;

  private static final int KV_CONTEXTS_DEFAULT = 8;

  @Option(
      names = "--kernels",
      paramLabel = "TWIN",
      description =
          "${COMPLETION-CANDIDATES}; adaptive is scalar until the vector kernels are compiled."
              + " Default: ${DEFAULT-VALUE}.")
  private KernelChoice kernels = KernelChoice.ADAPTIVE;

  @Option(
      names = "--page-size",
      paramLabel = "TOKENS",
      description = "Tokens in a page of the KV cache: 8, 16 or 32. Default: ${DEFAULT-VALUE}.")
  private int pageTokens = 16;

  @Option(
      names = "--kv-tokens",
      paramLabel = "TOKENS",
      description =
          "Tokens in the KV cache, of all contexts together. Default: eight times the model's"
              + " context, or what 1 GiB holds if that is less.")
  private @Nullable Integer kvTokens;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute. Default: one for each physical core.")
  private @Nullable Integer threads;

  @Option(
      names = "--adapters",
      paramLabel = "DIR",
      description =
          "Folder of adapters (LoRA): DIR/shared is for all users to load, DIR/users for what they"
              + " save. Default: as configured, or none.")
  private @Nullable Path adapters;

  @Mixin private ConfigOption configuration = new ConfigOption();

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description =
          "Who is served when not all can be: market, fcfs, vtc or dlpm. Default: as configured, or"
              + " market.")
  private @Nullable String policy;

  /** Which kernels compute. */
  enum KernelChoice {
    SCALAR,
    VECTOR,
    ADAPTIVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Refuses what is wrong with the configuration before anything is done with it. */
  public void check() {
    market();
  }

  /** Loads a model to compute with. */
  public Model load(String name) {
    // The kernels are chosen once a process, when they are first used.
    System.setProperty("bourse.kernels", kernels.toString());
    return ModelFiles.load(name, workers());
  }

  private WorkerPool workers() {
    if (threads == null) {
      return new WorkerPool();
    }
    if (threads < 1 || threads > THREADS_MAX) {
      throw CommandException.usage(
          "--threads is %d, but must be from 1 to %d".formatted(threads, THREADS_MAX));
    }
    return new WorkerPool(threads);
  }

  /** Starts an engine for {@code model} whose contexts have no names. */
  public Engine start(Model model) {
    EngineConfig config = config(model);
    return start(model, config, () -> Engine.start(model, config));
  }

  /** Starts an engine for {@code model}. */
  public Engine start(Model model, long seed, SnapshotSource snapshots) {
    EngineConfig config = config(model).withSeed(seed);
    return start(model, config, () -> Engine.start(model, config, snapshots));
  }

  private Engine start(Model model, EngineConfig config, Supplier<Engine> starting) {
    try {
      return starting.get();
    } catch (OutOfMemoryError e) {
      long tokenBytes = model.config().kvLayout(pageTokens).pageBytes() / pageTokens;
      throw CommandException.usage(
          "there is no memory for a KV cache of %,d MiB; give a smaller --kv-tokens"
              .formatted((tokenBytes * config.kvTokens()) >> 20));
    }
  }

  /** What is configured. */
  public Configuration configuration() {
    return configuration.load();
  }

  /** What inferlets may use beside the model. */
  public HostSettings host() {
    return configuration.load().host();
  }

  /** Who is served when not all can be, and what each user is given. */
  public MarketSettings market() {
    MarketSettings configured = configuration.load().market();
    if (policy == null) {
      return configured;
    }
    if (!Policies.NAMES.contains(policy)) {
      throw CommandException.usage(
          "--policy is '%s', expected one of %s"
              .formatted(policy, String.join(", ", Policies.NAMES)));
    }
    return configured.withPolicy(policy);
  }

  /** What inferlets may take, where the configuration says something. */
  Limits limits() {
    return configuration.load().limits();
  }

  /** Folders that inferlets can read. */
  public List<Mount> mounts() {
    return configuration.load().mounts();
  }

  private EngineConfig config(Model model) {
    try {
      int tokens = kvTokens != null ? kvTokens : defaultKvTokens(model);
      EngineConfig config =
          EngineConfig.defaults(tokens).withPageTokens(pageTokens).withMarket(market());
      return Optional.ofNullable(adapters)
          .or(() -> configuration.load().adapters())
          .map(config::withAdapters)
          .orElse(config);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private int defaultKvTokens(Model model) {
    long tokenBytes = model.config().kvLayout(pageTokens).pageBytes() / pageTokens;
    long wanted = (long) KV_CONTEXTS_DEFAULT * model.config().contextLength();
    return (int) Math.max(pageTokens, Math.min(wanted, KV_BYTES_DEFAULT / tokenBytes));
  }
}
