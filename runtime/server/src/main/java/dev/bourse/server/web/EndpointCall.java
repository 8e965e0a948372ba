package dev.bourse.server.web;

import dev.bourse.host.http.HttpError;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.Response;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.server.request.RequestScope;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/** A request that an {@link Endpoint} answers on a virtual thread. */
final class EndpointCall implements HttpServer.Call {
  private static final Logger LOG = System.getLogger(EndpointCall.class.getName());

  private final CompletableFuture<Response> response = new CompletableFuture<>();
  private final Exchange exchange;
  private final Thread thread;

  EndpointCall(ServedRequest request, Endpoint endpoint) {
    exchange = new Exchange(request, response);
    thread = Thread.ofVirtual().name("http").start(RequestScope.bound(() -> run(endpoint)));
  }

  private void run(Endpoint endpoint) {
    try {
      endpoint.answer(exchange);
    } catch (InterruptedException gone) {
      exchange.fail(new HttpError(HttpError.Code.CONNECTION_TERMINATED, "the client has gone"));
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "answering a request failed", e);
      exchange.fail(new HttpError(HttpError.Code.INTERNAL_ERROR, "the server is at fault"));
    } finally {
      exchange.close();
    }
  }

  @Override
  public CompletableFuture<Response> response() {
    return response;
  }

  @Override
  public void cancel() {
    thread.interrupt();
  }
}
