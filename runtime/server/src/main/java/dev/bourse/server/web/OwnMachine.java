package dev.bourse.server.web;

import dev.bourse.host.http.HttpException;
import dev.bourse.host.http.HttpServer;
import dev.bourse.host.http.ServedRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Keeps the pages that somebody looks at from using a server that asks for no keys: a browser on
 * the same machine would send their requests as its user's. Such a request has the origin of the
 * page, or asks for a host that is not this machine by name.
 */
public final class OwnMachine implements HttpServer.Handler {
  private static final Endpoint REFUSED =
      exchange ->
          exchange.answer(
              403,
              "text/plain; charset=utf-8",
              "This server asks for no keys, so it serves nothing but programs on its own machine;"
                  + " bourse keys create makes a key.\n");

  private final BooleanSupplier open;
  private final HttpServer.Handler behind;

  /**
   * @param open whether nobody is asked for a key at the moment
   * @param behind answers what is let through
   */
  public OwnMachine(BooleanSupplier open, HttpServer.Handler behind) {
    this.open = open;
    this.behind = behind;
  }

  @Override
  public HttpServer.Call begin(ServedRequest request) throws HttpException {
    Optional<String> origin = request.fields().values("origin").stream().findFirst();
    boolean ours =
        request.authority().filter(authority -> !isLocal("http://" + authority)).isEmpty()
            && origin.filter(from -> !isLocal(from)).isEmpty();
    // In this order: to ask for keys looks at a file, and this is the thread of all connections.
    return !ours && open.getAsBoolean()
        ? new EndpointCall(request, REFUSED)
        : behind.begin(request);
  }

  /** Whether the host of a URL is this machine. */
  static boolean isLocal(String url) {
    try {
      String host = URI.create(url).getHost();
      return host != null
          && (List.of("localhost", "[::1]").contains(host) || host.matches("127(\\.\\d{1,3}){3}"));
    } catch (IllegalArgumentException e) {
      return false; // such as "null", the origin of a page in a frame
    }
  }
}
