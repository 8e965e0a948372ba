package dev.bourse.server.dashboard;

import dev.bourse.host.process.ServedModel;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Reason;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Event;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.web.Endpoint;
import dev.bourse.server.web.Exchange;
import dev.bourse.server.web.HttpRefusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The page at {@code /}, its files below {@code /dashboard/}, and its data below {@code
 * /dashboard/v1/}. The files are everybody's; the data needs a key where keys are asked for.
 */
public final class Dashboard implements Endpoint, AutoCloseable {
  /** Where the page is. */
  public static final String PAGE = "/";

  /** Where the rest is. */
  public static final String PATH = "/dashboard/";

  private static final String DATA = PATH + "v1/";
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String EVENTS = "text/event-stream; charset=utf-8";

  /** How long a stream says nothing at most. */
  private static final Duration QUIET_MAX = Duration.ofSeconds(10);

  private static final Map<String, String> FIELDS =
      Map.of("cache-control", "no-store", "x-content-type-options", "nosniff");

  private final Node node;
  private final Admission admission;
  private final Access access;
  private final Samplers samplers;
  private final ProcessList processes;
  private final Seats seats = new Seats();
  private final Assets assets = new Assets();

  /** The dashboard of a node; it looks at its engines until it is closed. */
  public Dashboard(Node node, Admission admission) {
    this.node = node;
    this.admission = admission;
    this.access = admission.access();
    this.samplers = new Samplers(node);
    this.processes = new ProcessList(node);
  }

  // What is sent beside LiveView and ProcessView.

  private record Me(
      String tenant, String role, boolean open, long intervalMs, List<ModelLine> models) {}

  private record ModelLine(String name, int contextLength) {}

  private record Hello(String model, List<Sample.Point> points) {}

  private record Said(long offset, String kind, String text, int bytes) {}

  private record Missed(long offset, long end) {}

  private record Problem(String reason, String message) {}

  private record Refusal(Problem error) {}

  @Override
  public void answer(Exchange exchange) throws InterruptedException {
    String path = exchange.path();
    try {
      if (path.startsWith(DATA)) {
        data(exchange, path.substring(DATA.length()));
      } else if (!isRead(exchange)) {
        refuse(exchange, 405, "METHOD_NOT_ALLOWED", "this can only be read");
      } else if (!assets.answer(exchange, file(path))) {
        exchange.answer(404, TEXT, "There is nothing here.\n");
      }
    } catch (ServiceException e) {
      if (exchange.isBegun()) {
        exchange.end();
      } else {
        HttpRefusal.fields(e).forEach(exchange::say);
        refuse(exchange, HttpRefusal.status(e.reason()), e.reason().name(), e.words());
      }
    }
  }

  private static String file(String path) {
    return path.equals(PAGE)
        ? "index.html"
        : path.startsWith(PATH) ? path.substring(PATH.length()) : "";
  }

  private static boolean isRead(Exchange exchange) {
    return exchange.method().equals("GET") || exchange.method().equals("HEAD");
  }

  private void data(Exchange exchange, String name) throws InterruptedException {
    try (Admission.Visit visit = admission.enter(Access.bearer(exchange.field("authorization")))) {
      data(exchange, name, visit.caller());
    }
  }

  private void data(Exchange exchange, String name, Caller caller) throws InterruptedException {
    caller.require(Role.USE, "looking at the dashboard");
    String[] parts = name.split("/", -1);
    boolean ofProcess = parts[0].equals("processes") && parts.length > 1;
    if (name.equals("me")) {
      read(exchange);
      send(exchange, 200, me(caller));
    } else if (name.equals("live")) {
      read(exchange);
      live(exchange, caller);
    } else if (name.equals("processes")) {
      read(exchange);
      send(exchange, 200, processes.of(caller));
    } else if (ofProcess && parts.length == 2 && exchange.method().equals("DELETE")) {
      String id = exchange.decoded(parts[1]);
      send(exchange, 202, ProcessView.of(node.terminate(caller, id, "stopped from the dashboard")));
    } else if (ofProcess && parts.length == 2) {
      read(exchange);
      send(exchange, 200, ProcessView.of(node.process(caller, exchange.decoded(parts[1]))));
    } else if (ofProcess && parts.length == 3 && parts[2].equals("output")) {
      read(exchange);
      output(exchange, caller, node.process(caller, exchange.decoded(parts[1])));
    } else {
      throw new ServiceException(Reason.NOT_FOUND, "there is no " + DATA + name);
    }
  }

  private static void read(Exchange exchange) {
    if (!exchange.method().equals("GET")) {
      throw new ServiceException(
          Reason.INVALID_ARGUMENT,
          "%s is asked with GET, not %s".formatted(exchange.path(), exchange.method()));
    }
  }

  private Me me(Caller caller) {
    return new Me(
        caller.tenant(),
        caller.role().key(),
        access.isOpen(),
        Samplers.INTERVAL.toMillis(),
        node.models().stream()
            .map(model -> new ModelLine(model.name(), model.engine().contextLength()))
            .toList());
  }

  /** Sends what an engine does until the client goes, or its key is revoked. */
  private void live(Exchange exchange, Caller caller) throws InterruptedException {
    ServedModel model = node.model(exchange.parameter("model").orElse(""));
    try (Seats.Seat seat = seats.take(caller.tenant());
        Sampler.Watch watch = samplers.of(model).watch()) {
      exchange.stream(200, EVENTS);
      exchange.write(Data.event("hello", new Hello(model.name(), watch.points())));
      long step = 0;
      for (Sample sample = watch.next(); sample != null; sample = watch.next()) {
        if (!access.isValid(caller)) {
          break;
        }
        LiveView view = LiveView.of(sample, processes.of(caller), caller, step);
        step = view.batches().isEmpty() ? step : view.batches().getLast().step();
        exchange.write(Data.event("tick", view));
      }
      exchange.end();
    }
  }

  /** Sends what a process says until it has ended; who reads slowly misses some of it. */
  private void output(Exchange exchange, Caller caller, NodeProcess process)
      throws InterruptedException {
    long from = offset(exchange);
    try (Seats.Seat seat = seats.take(caller.tenant());
        EventLog.Reader reader = process.log().look(from)) {
      exchange.stream(200, EVENTS);
      while (access.isValid(caller)) {
        switch (reader.next(QUIET_MAX).orElse(null)) {
          // So that a client that is gone without a word is noticed.
          case null -> exchange.write(Data.QUIET);
          case EventLog.Next.Said(long offset, Event event) ->
              exchange.write(Data.event("said", said(offset, event)));
          case EventLog.Next.Missed(long offset, long end) ->
              exchange.write(Data.event("missed", new Missed(offset, end)));
          case EventLog.Next.Over _ -> {
            var _ = process.ended().join();
            exchange.write(Data.event("over", ProcessView.of(process)));
            exchange.end();
            return;
          }
        }
      }
      exchange.end();
    }
  }

  private static long offset(Exchange exchange) {
    String from = exchange.parameter("from").orElse("0");
    try {
      long offset = Long.parseLong(from);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException e) {
      throw malformedOffset(from);
    }
    throw malformedOffset(from);
  }

  private static ServiceException malformedOffset(String from) {
    return new ServiceException(
        Reason.INVALID_ARGUMENT, "from is \"%s\", but must be a number from 0".formatted(from));
  }

  private static Said said(long offset, Event event) {
    return switch (event) {
      case Event.Message(String text) ->
          new Said(offset, "message", text, text.getBytes(StandardCharsets.UTF_8).length);
      case Event.Stdout(byte[] bytes) ->
          new Said(offset, "stdout", new String(bytes, StandardCharsets.UTF_8), bytes.length);
      case Event.Stderr(byte[] bytes) ->
          new Said(offset, "stderr", new String(bytes, StandardCharsets.UTF_8), bytes.length);
      case Event.File(byte[] bytes) -> new Said(offset, "file", "", bytes.length);
    };
  }

  private static void refuse(Exchange exchange, int status, String reason, String message)
      throws InterruptedException {
    send(exchange, status, new Refusal(new Problem(reason, message)));
  }

  private static void send(Exchange exchange, int status, Object value)
      throws InterruptedException {
    exchange.answer(status, JSON, Data.json(value).getBytes(StandardCharsets.UTF_8), FIELDS);
  }

  /** Streams that are open. */
  int streams() {
    return seats.taken();
  }

  /** Looks at the engines no more; those who look on are told that it is over. */
  @Override
  public void close() {
    samplers.close();
  }
}
