package dev.bourse.host.http;

import dev.bourse.host.http.HttpError.Code;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import java.util.Optional;
import java.util.Set;
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
    Exchange exchange = network.begin(head, body, timeouts, settings.allow());
    open.add(exchange);
    var _ = exchange.ended().thenRun(() -> open.remove(exchange));
    process.wakeOn(exchange.response());
    return exchange;
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
