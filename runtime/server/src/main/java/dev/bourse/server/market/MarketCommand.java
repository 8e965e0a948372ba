package dev.bourse.server.market;

import dev.bourse.client.BourseClient;
import dev.bourse.engine.Engine;
import dev.bourse.engine.MarketSettings;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.Price;
import dev.bourse.model.Model;
import dev.bourse.server.CommandException;
import dev.bourse.server.EngineOptions;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.ModelFiles;
import dev.bourse.server.Streams;
import dev.bourse.server.remote.ServerOption;
import dev.bourse.server.simulate.TurnRecorder;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse market}. */
@Command(
    name = "market",
    description = {
      "Watch the market: prices, who computes, who waits for what, who has how much.",
      "",
      "It starts an engine of its own and agents that use it: a third of them is worth 1, a third"
          + " 4, a third 16. They are of the users that the configuration names, or else of four"
          + " that are made up. On a terminal it shows a screen until Ctrl-C or q, elsewhere a line"
          + " a second.",
      "",
      "With --server it shows the market of a server instead, as it is."
    })
public final class MarketCommand implements Callable<Integer> {
  private static final int AGENTS_MAX = 4096;
  private static final int SECONDS_MAX = 1_000_000;
  private static final int ONCE_SECONDS = 3;
  private static final int COLUMNS = 100;
  private static final int ROWS = 40;

  private final Streams streams;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE.gguf|NAME",
      description =
          "The model; with a server, the name of one of its. Default: the embedded one, or the"
              + " server's default.")
  private String model = ModelFiles.DEMO;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description = "How many agents there are. Default: ${DEFAULT-VALUE}.")
  private int agents = 64;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "How long it goes on; with --once, from the first step. Default: until Ctrl-C; with"
              + " --once 3, or 0 with a server.")
  private @Nullable Integer seconds;

  @Option(names = "--once", description = "Show the market once, at the end.")
  private boolean once;

  @Option(
      names = "--json",
      description = "Show it as JSON objects, one a line: each second, or at the end with --once.")
  private boolean json;

  @Option(
      names = "--metrics-file",
      paramLabel = "FILE",
      description = "Write all figures to FILE every second, as Prometheus reads them.")
  private @Nullable String metricsFile;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Write what the agents did to FILE, for bourse simulate --trace FILE.")
  private @Nullable String record;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What the agents' draws start from. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Mixin private EngineOptions engineOptions = new EngineOptions();

  @Mixin private ServerOption server = new ServerOption();

  public MarketCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    require("--agents", agents, AGENTS_MAX);
    if (seconds != null) {
      require("--seconds", seconds, SECONDS_MAX);
    }
    if (server.isAsked("--model", "--seconds", "--once", "--json", "--metrics-file")) {
      return server.use(this::watchThere);
    }
    List<String> tenants = tenants(engineOptions.market());
    try (Model loaded = engineOptions.load(model);
        Engine engine = engineOptions.start(loaded)) {
      try (TurnRecorder _ = record == null ? null : TurnRecorder.start(engine, record);
          MarketLoad load = load(engine, tenants);
          MetricsFile _ = metrics(engine::market)) {
        watch(
            steps -> MarketReport.of(engine, steps),
            () -> awaitStep(engine),
            once ? ONCE_SECONDS : SECONDS_MAX);
        load.problem().ifPresent(MarketCommand::fail);
      }
      engine.check();
      streams.error("bourse: " + summary(engine));
    }
    return exitCode();
  }

  private int exitCode() {
    return interrupted.get() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private int watchThere(BourseClient client) {
    String name = model.equals(ModelFiles.DEMO) ? "" : model;
    try (MarketFeed feed = MarketFeed.start(client, name);
        MetricsFile _ = metrics(() -> feed.last().market())) {
      watch(_ -> feed.report(), () -> {}, once ? 0 : SECONDS_MAX);
    }
    return exitCode();
  }

  private static void require(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw CommandException.usage(
          "%s is %d, but must be from 1 to %d".formatted(option, value, most));
    }
  }

  private static void fail(Throwable problem) {
    throw CommandException.failed("an agent failed: " + problem.getMessage());
  }

  private static List<String> tenants(MarketSettings settings) {
    return settings.tenants().isEmpty()
        ? MarketLoad.TENANTS
        : List.copyOf(new TreeSet<>(settings.tenants().keySet()));
  }

  private MarketLoad load(Engine engine, List<String> tenants) {
    try {
      return MarketLoad.start(engine, agents, tenants, seed);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable MetricsFile metrics(Supplier<MarketView> market) {
    return metricsFile == null
        ? null
        : MetricsFile.start(ModelFiles.path(metricsFile), MarketMetrics.of(market)::text);
  }

  /**
   * Shows a market until it is over.
   *
   * @param market a report for so many steps at most
   * @param started waits until there is something to see
   * @param otherwise how many seconds, if nobody says
   */
  private void watch(IntFunction<MarketReport> market, Runnable started, int otherwise) {
    int limit = Optional.ofNullable(seconds).orElse(otherwise);
    if (!once && !json && LiveScreen.isPossible()) {
      try (LiveScreen screen = LiveScreen.open()) {
        screen.onInterrupt(this::interrupt);
        screen.show(
            (columns, rows) ->
                MarketScreen.lines(market.apply(MarketScreen.steps(columns)), columns, rows),
            key -> !key.equals("q"),
            stop,
            TimeUnit.SECONDS.toNanos(limit));
      }
      return;
    }
    Interrupts.onFirst(this::interrupt);
    if (once) {
      started.run();
      pause(limit);
      print(market);
      return;
    }
    for (int second = 0; second < limit && pause(1); second++) {
      print(market);
    }
  }

  /** The first step takes longest, and before it there is nothing to see. */
  private void awaitStep(Engine engine) {
    while (engine.statistics().steps() == 0 && stop.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void interrupt() {
    interrupted.set(true);
    stop.countDown();
  }

  /** Waits; false if it was interrupted meanwhile. */
  private boolean pause(int pauseSeconds) {
    try {
      return !stop.await(pauseSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void print(IntFunction<MarketReport> market) {
    MarketReport report = market.apply(MarketScreen.steps(COLUMNS));
    if (json) {
      streams.println(JsonMapper.shared().writeValueAsString(report));
    } else if (once) {
      for (AttributedString line : MarketScreen.lines(report, COLUMNS, ROWS)) {
        streams.println(line.toString());
      }
    } else {
      streams.println(MarketLine.of(report.market()));
    }
  }

  private static String summary(Engine engine) {
    Price price = engine.price();
    return "%,d steps, %,d tokens; the laws of pages and of credits hold"
        .formatted(
            Math.max(price.step(), engine.statistics().steps()), engine.statistics().tokens());
  }
}
