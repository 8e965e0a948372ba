package dev.bourse.host.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.BodyPipe;
import dev.bourse.host.http.Destination;
import dev.bourse.host.http.Exchange;
import dev.bourse.host.http.FieldException;
import dev.bourse.host.http.Fields;
import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.RequestHead;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.Timeouts;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An address to which every message is posted; the response is a message of JSON, or a stream of
 * server-sent events of which one is. The operator named the address, so it may be anywhere;
 * redirects are not followed.
 */
final class HttpTransport implements Transport {
  private static final long GOODBYE_MILLIS = 500;
  private static final int READ_BYTES = 64 << 10;

  private final String name;
  private final Network network;
  private final McpServer.Address server;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private @Nullable String session;
  private @Nullable String version;

  HttpTransport(String name, McpServer.Address server, Network network) {
    this.name = name;
    this.server = server;
    this.network = network;
  }

  @Override
  public JsonNode request(long id, String message, long deadlineNanos)
      throws McpException, InterruptedException {
    return post(message, id, deadlineNanos)
        .orElseThrow(
            () ->
                new McpException(
                    McpException.SERVER_FAILED, name + " gave no response to a request"));
  }

  @Override
  public void send(String message, long deadlineNanos) throws McpException, InterruptedException {
    var _ = post(message, -1, deadlineNanos);
  }

  @Override
  public void agreed(String agreed) {
    version = agreed;
  }

  /** Posts a message, and gives the response to {@code id} if there is one. */
  private Optional<JsonNode> post(String message, long id, long deadlineNanos)
      throws McpException, InterruptedException {
    Exchange exchange = null;
    try {
      exchange = begin("POST", Optional.of(message), deadlineNanos);
      Response response = exchange.response().get(left(deadlineNanos), TimeUnit.NANOSECONDS);
      requireOk(response, deadlineNanos);
      List<String> given = response.fields().values("mcp-session-id");
      if (session == null && !given.isEmpty()) {
        session = given.getFirst();
      }
      return read(response, id, deadlineNanos);
    } catch (ExecutionException e) {
      throw failed(e.getCause() instanceof HttpException http ? http.getMessage() : e.toString());
    } catch (HttpException e) {
      throw failed(e.getMessage());
    } catch (TimeoutException e) {
      throw new McpException(McpException.TIMED_OUT, "timed out");
    } finally {
      if (exchange != null) {
        end(exchange);
      }
    }
  }

  private McpException failed(@Nullable String why) {
    return new McpException(McpException.SERVER_FAILED, name + ": " + why);
  }

  private static long left(long deadlineNanos) {
    return Math.max(1, deadlineNanos - System.nanoTime());
  }

  private Exchange begin(String method, Optional<String> message, long deadlineNanos)
      throws HttpException, McpException {
    URI url = server.url();
    Destination destination =
        Destination.parse("https".equals(url.getScheme()), url.getRawAuthority());
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    Duration all = Duration.ofNanos(left(deadlineNanos));
    RequestHead head = RequestHead.of(method, destination, target, fields(message.isPresent()));
    Optional<BodyPipe> body = message.map(HttpTransport::body);
    Exchange exchange =
        network.begin(head, body, new Timeouts(all, all, all), AllowList.EVERYTHING);
    open.add(exchange);
    return exchange;
  }

  private static BodyPipe body(String message) {
    BodyPipe pipe = new BodyPipe();
    pipe.write(message.getBytes(UTF_8));
    pipe.end(new Fields());
    return pipe;
  }

  private Fields fields(boolean posts) throws McpException {
    Fields fields = new Fields();
    try {
      for (Map.Entry<String, String> header : server.headers().entrySet()) {
        fields.append(header.getKey(), header.getValue());
      }
      if (posts) {
        fields.set("content-type", List.of("application/json"));
        fields.set("accept", List.of("application/json, text/event-stream"));
      }
      if (session != null) {
        fields.set("mcp-session-id", List.of(session));
      }
      if (version != null) {
        fields.set("mcp-protocol-version", List.of(version));
      }
    } catch (FieldException e) {
      throw new McpException(McpException.SERVER_FAILED, "%s: %s".formatted(name, e.getMessage()));
    }
    return fields;
  }

  private void requireOk(Response response, long deadlineNanos)
      throws McpException, InterruptedException {
    if (response.status() >= 200 && response.status() < 300) {
      return;
    }
    String said = "";
    try {
      byte[] begin = response.body().take(500, deadlineNanos);
      said = new String(begin, UTF_8).strip();
    } catch (HttpException e) {
      said = String.valueOf(e.getMessage());
    }
    throw failed(
        "status %d%s".formatted(response.status(), said.isEmpty() ? "" : " (" + said + ")"));
  }

  private Optional<JsonNode> read(Response response, long id, long deadlineNanos)
      throws McpException, HttpException, InterruptedException {
    if (id < 0) {
      return Optional.empty();
    }
    String type =
        String.join(",", response.fields().values("content-type")).toLowerCase(Locale.ROOT);
    if (type.startsWith("text/event-stream")) {
      return events(response.body(), id, deadlineNanos);
    }
    if (!type.startsWith("application/json")) {
      throw failed("the content type of a response is \"%s\"".formatted(type));
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (true) {
      byte[] bytes = response.body().take(READ_BYTES, deadlineNanos);
      if (bytes.length == 0) {
        JsonNode message = Messages.parse(text.toString(UTF_8));
        return Messages.isResponse(message, id) ? Optional.of(message) : Optional.empty();
      }
      text.writeBytes(bytes);
      if (text.size() > MESSAGE_BYTES_MAX) {
        throw failed("a message of more than %d bytes".formatted(MESSAGE_BYTES_MAX));
      }
    }
  }

  private Optional<JsonNode> events(BodyPipe body, long id, long deadlineNanos)
      throws McpException, HttpException, InterruptedException {
    EventReader reader = new EventReader(MESSAGE_BYTES_MAX);
    while (true) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new McpException(McpException.TIMED_OUT, "timed out");
      }
      byte[] bytes = body.take(READ_BYTES, deadlineNanos);
      if (bytes.length == 0) {
        return Optional.empty();
      }
      for (String event : reader.add(bytes)) {
        JsonNode message = Messages.parse(event);
        if (Messages.isResponse(message, id)) {
          return Optional.of(message);
        }
        Optional<String> answer = Messages.answer(message);
        if (answer.isPresent()) {
          send(answer.get(), deadlineNanos);
        }
      }
    }
  }

  private void end(Exchange exchange) {
    exchange.cancel();
    var _ = exchange.ended().thenRun(() -> open.remove(exchange));
  }

  @Override
  public void close() {
    open.forEach(Exchange::cancel);
    if (session != null) {
      sayGoodbye();
    }
    for (Exchange exchange : open) {
      var _ = exchange.ended().completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
    }
  }

  /** Tells the server that the session is over, if it listens. */
  private void sayGoodbye() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
    try {
      Exchange exchange = begin("DELETE", Optional.empty(), deadline);
      try {
        var _ = exchange.response().get(left(deadline), TimeUnit.NANOSECONDS);
      } finally {
        end(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (HttpException | McpException | ExecutionException | TimeoutException e) {
      return; // Then it will find out by itself.
    }
  }
}
