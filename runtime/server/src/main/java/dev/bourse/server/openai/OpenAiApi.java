package dev.bourse.server.openai;

import dev.bourse.host.http.HttpError;
import dev.bourse.host.http.HttpException;
import dev.bourse.host.process.Outcome;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Caller;
import dev.bourse.server.access.Role;
import dev.bourse.server.access.ServiceException;
import dev.bourse.server.node.Event;
import dev.bourse.server.node.EventLog;
import dev.bourse.server.node.Node;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.request.RequestScope;
import dev.bourse.server.web.Endpoint;
import dev.bourse.server.web.Exchange;
import dev.bourse.server.web.HttpRefusal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What OpenAI's clients ask of a server, below {@code /v1/}. Each request is a process of the
 * caller's tenant, which an inferlet that ships runs; when the client goes, the process is stopped.
 */
public final class OpenAiApi implements Endpoint {
  /** Where it is. */
  public static final String PATH = "/v1/";

  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream; charset=utf-8";
  private static final Logger LOG = System.getLogger(OpenAiApi.class.getName());

  /** What is taken of a body unless the operator says otherwise. */
  public static final int BODY_BYTES_MAX = 8 << 20;

  private static final String GET = "GET";
  private static final String POST = "POST";

  private final Node node;
  private final Admission admission;
  private final int bodyBytesMax;
  private final Clock clock;
  private final long startedSeconds;

  /**
   * @param bodyBytesMax what is taken of a request's body
   */
  public OpenAiApi(Node node, Admission admission, int bodyBytesMax, Clock clock) {
    this.node = node;
    this.admission = admission;
    this.bodyBytesMax = bodyBytesMax;
    this.clock = clock;
    this.startedSeconds = clock.instant().getEpochSecond();
  }

  @Override
  public void answer(Exchange exchange) throws InterruptedException {
    try (Admission.Visit visit = admission.enter(Access.bearer(exchange.field("authorization")))) {
      visit.fields().forEach(exchange::say);
      route(exchange, visit.caller());
    } catch (ServiceException e) {
      HttpRefusal.fields(e).forEach(exchange::say);
      refuse(exchange, Refusals.of(e));
    } catch (ApiException e) {
      refuse(exchange, e);
    } catch (HttpException e) {
      if (e.error().code() != HttpError.Code.CONNECTION_READ_TIMEOUT) {
        throw new InterruptedException();
      }
      refuse(exchange, ApiException.timeout());
    } catch (RuntimeException | Error e) { // whatever it is, it ends this request only
      LOG.log(Level.ERROR, "answering a request failed", e);
      if (!exchange.isBegun()) {
        refuse(exchange, ApiException.server("The server is at fault."));
      } else {
        throw e;
      }
    }
  }

  private static void refuse(Exchange exchange, ApiException error) throws InterruptedException {
    exchange.answer(error.status(), JSON, Json.text(error.body()));
  }

  private void route(Exchange exchange, Caller caller) throws InterruptedException, HttpException {
    String path = exchange.path();
    String name = path.substring(PATH.length());
    switch (name) {
      case "chat/completions", "completions", "responses", "embeddings" -> {
        route(PATH + name);
        require(exchange, POST);
        run(exchange, caller, job(exchange, name));
      }
      case "models" -> {
        route(PATH + name);
        require(exchange, GET);
        caller.require(Role.USE, "listing models");
        ObjectNode list = Json.object().put("object", "list");
        node.models()
            .forEach(model -> list.withArray("data").add(ModelCard.of(model).json(startedSeconds)));
        exchange.answer(200, JSON, Json.text(list));
      }
      default -> {
        if (!name.startsWith("models/")) {
          throw ApiException.unknownUrl(exchange.method(), path);
        }
        route(PATH + "models/ID");
        require(exchange, GET);
        caller.require(Role.USE, "describing a model");
        ModelCard model = model(exchange.decoded(name.substring("models/".length())));
        exchange.answer(200, JSON, Json.text(model.json(startedSeconds)));
      }
    }
  }

  private static void route(String path) {
    RequestScope.current().ifPresent(request -> request.route(path));
  }

  private static void require(Exchange exchange, String method) {
    if (!exchange.method().equals(method)) {
      throw ApiException.method(exchange.method());
    }
  }

  private ModelCard model(String name) {
    return node.models().stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(ModelCard::of)
        .orElseThrow(() -> ApiException.unknownModel(name));
  }

  private Job job(Exchange exchange, String name) throws InterruptedException, HttpException {
    byte[] body =
        exchange.body(bodyBytesMax).orElseThrow(() -> ApiException.tooLarge(bodyBytesMax));
    Members request = Members.of(Json.request(body), "");
    ModelCard model = model(request.requiredText("model"));
    long now = clock.instant().getEpochSecond();
    return switch (name) {
      case "chat/completions" -> ChatRequest.read(request, model, now);
      case "completions" -> CompletionRequest.read(request, model, now);
      case "responses" -> ResponsesRequest.read(request, model, now);
      default -> EmbeddingRequest.read(request, model);
    };
  }

  private void run(Exchange exchange, Caller caller, Job job) throws InterruptedException {
    NodeProcess process = node.launch(caller, job.launch());
    boolean over = false;
    try (EventLog.Reader events = process.log().read(0)) {
      if (job.stream()) {
        new Streamed(exchange, job.reply()).run(process, events);
      } else {
        for (JsonNode event = next(process, events, job.reply()).orElse(null);
            event != null;
            event = next(process, events, job.reply()).orElse(null)) {
          job.reply().accept(event, chunk -> {});
        }
        exchange.answer(200, JSON, Json.text(job.reply().result()));
      }
      over = true;
    } finally {
      if (!over) {
        process.terminate("the client has gone, or was refused");
      }
    }
  }

  /**
   * The next event.
   *
   * @return empty at the end
   * @throws ApiException if the inferlet refuses the request, or fails
   */
  private static Optional<JsonNode> next(NodeProcess process, EventLog.Reader events, Reply reply)
      throws InterruptedException {
    while (true) {
      switch (events.next()) {
        case EventLog.Next.Said(long offset, Event.Message(String text)) -> {
          JsonNode event = Json.event(text);
          if (event.path("type").asString("").equals("refused")) {
            throw reply.refusal(event);
          }
          return Optional.of(event);
        }
        case EventLog.Next.Said other -> {}
        case EventLog.Next.Missed missed ->
            throw ApiException.server("The answer grew faster than it was read.");
        case EventLog.Next.Over over -> {
          if (process.ended().join().outcome() instanceof Outcome.Failed failed) {
            throw Refusals.of(failed);
          }
          return Optional.empty();
        }
      }
    }
  }

  /** An answer that is sent as it comes, as server-sent events. */
  private record Streamed(Exchange exchange, Reply reply) {
    void run(NodeProcess process, EventLog.Reader events) throws InterruptedException {
      try {
        for (JsonNode event = next(process, events, reply).orElse(null);
            event != null;
            event = next(process, events, reply).orElse(null)) {
          List<ObjectNode> chunks = new ArrayList<>();
          reply.accept(event, chunks::add);
          begin();
          for (ObjectNode chunk : chunks) {
            send(chunk, reply.namesEvents() ? chunk.path("type").asString("") : "");
          }
        }
        begin();
        exchange.write(reply.last().getBytes(StandardCharsets.UTF_8));
        exchange.end();
      } catch (ApiException e) {
        if (!exchange.isBegun()) {
          throw e;
        }
        // The status is gone: the error is the last that is said.
        ObjectNode error = e.body();
        if (reply.namesEvents()) {
          error = Json.object().put("type", "error").setAll((ObjectNode) error.path("error"));
        }
        send(error, reply.namesEvents() ? "error" : "");
        exchange.end();
        process.terminate("the answer failed");
      }
    }

    private void begin() {
      if (!exchange.isBegun()) {
        exchange.stream(200, EVENTS);
      }
    }

    private void send(ObjectNode chunk, String name) throws InterruptedException {
      String lines =
          (name.isEmpty() ? "" : "event: " + name + "\n") + "data: " + Json.text(chunk) + "\n\n";
      exchange.write(lines.getBytes(StandardCharsets.UTF_8));
    }
  }
}
