package dev.bourse.server.top;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import dev.bourse.client.BourseClient;
import dev.bourse.server.CommandException;
import dev.bourse.server.ExitCode;
import dev.bourse.server.Interrupts;
import dev.bourse.server.Streams;
import dev.bourse.server.market.LiveScreen;
import dev.bourse.server.remote.ServerOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse top}. */
@Command(
    name = "top",
    description = {
      "Watch a server: prices, the last step, pages, tenants, and what runs and waits.",
      "",
      "On a terminal it is a screen until Ctrl-C or q: arrow keys select a process, k stops it, s"
          + " sorts by something else. Without one it prints what --once does."
    })
public final class TopCommand implements Callable<Integer> {
  private static final int COLUMNS = 100;
  private static final int ROWS = 40;
  private static final double INTERVAL_MAX = 3600;
  private static final double INTERVAL_MIN = 0.05;

  private final Streams streams;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @Option(
      names = {"-a", "--all-tenants"},
      description = "The processes of all tenants; takes a key that administers.")
  private boolean allTenants;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      description = "How often the server is asked. Default: ${DEFAULT-VALUE}.")
  private double interval = 1;

  @Option(names = "--once", description = "Show it once.")
  private boolean once;

  @Option(
      names = "--json",
      description = "As JSON objects, one a line for each interval, or one with --once.")
  private boolean json;

  @Mixin private ServerOption server = new ServerOption();

  public TopCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() {
    if (!(interval >= INTERVAL_MIN && interval <= INTERVAL_MAX)) {
      throw CommandException.usage(
          "--interval is %s, but must be from %s to %s"
              .formatted(interval, INTERVAL_MIN, INTERVAL_MAX));
    }
    return server.use(this::watch);
  }

  private int watch(BourseClient client) {
    Duration period = Duration.ofMillis(Math.round(interval * 1000));
    try (ServerWatch watch = ServerWatch.start(client, server, period, allTenants)) {
      TopView first = watch.awaitFirst();
      if (json && !once) {
        Interrupts.onFirst(this::interrupt);
        do {
          streams.println(json(watch.view()));
        } while (!stop.await(period.toMillis(), TimeUnit.MILLISECONDS));
      } else if (once || !LiveScreen.isPossible()) {
        print(first);
      } else {
        live(watch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return interrupted.get() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  private void live(ServerWatch watch) {
    TopKeys keys =
        new TopKeys(
            watch::view,
            watch::stop,
            () -> watch.allTenants(!watch.allTenants()),
            watch::nextModel);
    try (LiveScreen screen = LiveScreen.open()) {
      screen.onInterrupt(this::interrupt);
      screen.show(
          (columns, rows) ->
              TopScreen.lines(watch.view(), keys.choice(), Instant.now(), columns, rows),
          keys,
          stop,
          Long.MAX_VALUE / 2);
    }
  }

  private void interrupt() {
    interrupted.set(true);
    stop.countDown();
  }

  private void print(TopView view) {
    if (json) {
      streams.println(json(view));
      return;
    }
    int rows = ROWS + view.processes().size();
    for (AttributedString line :
        TopScreen.lines(view, TopScreen.Choice.NONE, Instant.now(), COLUMNS, rows)) {
      streams.println(line.toString());
    }
  }

  private static String json(TopView view) {
    return "{\"model\":%s,\"market\":%s,\"processes\":[%s]}"
        .formatted(
            JsonMapper.shared().writeValueAsString(view.model()),
            view.tick().map(TopCommand::json).orElse("null"),
            view.processes().stream().map(TopCommand::json).collect(Collectors.joining(",")));
  }

  private static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace()
          .preservingProtoFieldNames()
          .print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no message of ours has an Any in it", e);
    }
  }
}
