package dev.bourse.server.web;

import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.ServedRequest;

/** Has requests answered by whoever it is set to at the moment. Thread safe. */
public final class Switch implements HttpServer.Handler {
  private volatile HttpServer.Handler to;

  public Switch(HttpServer.Handler first) {
    to = first;
  }

  /** From the next request on. */
  public void set(HttpServer.Handler next) {
    to = next;
  }

  @Override
  public HttpServer.Call begin(ServedRequest request) throws HttpException {
    return to.begin(request);
  }
}
