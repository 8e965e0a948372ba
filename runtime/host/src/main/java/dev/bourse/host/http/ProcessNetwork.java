package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.TraceContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The exchanges of one process, which end with it. Used on the process's own thread. */
public final class ProcessNetwork {
  private static final long CLOSE_SECONDS = 5;

  private final InferletProcess process;
  private final Network network;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

  public ProcessNetwork(InferletProcess process, Network network) {
    this.process = process;
    this.network = network;
    process.resources().onEnd(this::close);
  }

  NetworkSettings settings() {
    return network.settings();
  }

  /**
   * Begins an exchange, whose events wake the process.
   *
   * @throws HttpException when it may not be made
   */
  public Exchange begin(RequestHead head, Optional<BodyPipe> body, Timeouts timeouts)
      throws HttpException {
    if (!process.capabilities().has(Capability.NETWORK)) {
      throw new HttpException(
          Code.HTTP_REQUEST_DENIED, Capabilities.refusal(Capability.NETWORK, "an HTTP request"));
    }
    NetworkSettings settings = network.settings();
    if (open.size() >= settings.processConnections()) {
      throw new HttpException(
          Code.CONNECTION_LIMIT_REACHED,
          "this process has %d connections open, which is its limit"
              .formatted(settings.processConnections()));
    }
    Exchange exchange = network.begin(traced(head), body, timeouts, settings.allow());
    open.add(exchange);
    var _ = exchange.ended().thenRun(() -> open.remove(exchange));
    process.wakeOn(exchange.response());
    return exchange;
  }

  /** With the trace context of whoever launched the process, unless it has one of its own. */
  private RequestHead traced(RequestHead head) throws HttpException {
    TraceContext trace = process.trace().orElse(null);
    if (trace == null || !head.fields().values(TraceContext.PARENT).isEmpty()) {
      return head;
    }
    Fields fields = head.fields().copy();
    try {
      fields.set(TraceContext.PARENT, List.of(trace.parent()));
      fields.set(TraceContext.STATE, trace.state().isEmpty() ? List.of() : List.of(trace.state()));
    } catch (FieldException e) {
      throw new IllegalStateException("a trace context is made of values of fields", e);
    }
    return RequestHead.of(head.method(), head.destination(), head.path(), fields.frozen());
  }

  /**
   * Sends a whole request and waits for the head of its response.
   *
   * @throws HttpException when it may not be sent, or nothing comes
   */
  public Response send(RequestHead head, byte[] body) throws HttpException, InterruptedException {
    Optional<BodyPipe> pipe = body.length == 0 ? Optional.empty() : Optional.of(new BodyPipe());
    Exchange exchange = begin(head, pipe, Timeouts.of(network.settings()));
    if (pipe.isPresent()) {
      write(pipe.get(), body);
    }
    process.await(exchange.response()::isDone, InferletProcess.NEVER);
    try {
      return exchange.response().join();
    } catch (CompletionException e) {
      throw Failure.of(e).exception();
    }
  }

  /** Writes as the other side reads, until it has everything or wants no more. */
  private void write(BodyPipe pipe, byte[] body) throws InterruptedException {
    pipe.onWritable(process::wake);
    int written = 0;
    while (written < body.length && !pipe.isCancelled()) {
      process.await(() -> pipe.isCancelled() || pipe.room() > 0, InferletProcess.NEVER);
      int count = Math.min(pipe.room(), body.length - written);
      pipe.write(Arrays.copyOfRange(body, written, written + count));
      written += count;
    }
    pipe.end(new Fields());
  }

  /**
   * Waits for the next bytes of a body; none at its end.
   *
   * @throws HttpException when it breaks off
   */
  public byte[] read(BodyPipe body) throws HttpException, InterruptedException {
    body.onReadable(process::wake);
    while (true) {
      process.await(body::isReady, InferletProcess.NEVER);
      byte[] bytes = body.read(BodyPipe.CAPACITY);
      if (bytes.length > 0 || body.atEnd() || body.isCancelled()) {
        return bytes;
      }
      if (body.failure().isPresent()) {
        throw body.failure().get().exception();
      }
    }
  }

  private void close() {
    for (Exchange exchange : open) {
      exchange.cancel();
    }
    for (Exchange exchange : open) {
      var _ = exchange.ended().completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
    }
  }
}
