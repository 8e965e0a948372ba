package dev.bourse.server.web;

import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.ServedRequest;
import dev.bourse.server.request.RequestScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each request to the endpoint with the longest path that the request's path begins with: a
 * path that ends with {@code /} stands for all below it, another for itself alone.
 */
public final class Router implements HttpServer.Handler {
  private static final Endpoint NOWHERE =
      exchange -> exchange.answer(404, "text/plain; charset=utf-8", "There is nothing here.\n");

  private record Route(String path, HttpServer.Handler handler) {
    boolean matches(String asked) {
      return path.endsWith("/") ? asked.startsWith(path) : asked.equals(path);
    }
  }

  private final List<Route> routes = new ArrayList<>();

  /** Adds who answers a path; before the server starts. */
  public Router route(String path, Endpoint endpoint) {
    return handle(path, request -> new EndpointCall(request, endpoint));
  }

  /** Adds who answers a path and begins to on the server's own thread, which must not wait. */
  public Router handle(String path, HttpServer.Handler handler) {
    routes.add(new Route(path, handler));
    routes.sort((a, b) -> b.path().length() - a.path().length());
    return this;
  }

  /** The paths that somebody answers, as they were added. */
  public List<String> paths() {
    return routes.stream().map(Route::path).sorted().toList();
  }

  @Override
  public HttpServer.Call begin(ServedRequest request) throws HttpException {
    String path = Exchange.path(request);
    for (Route route : routes) {
      if (route.matches(path)) {
        RequestScope.current().ifPresent(scope -> scope.route(route.path()));
        return route.handler().begin(request);
      }
    }
    return new EndpointCall(request, NOWHERE);
  }
}
