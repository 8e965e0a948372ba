package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestHttp;

/**
 * Requests to the hosts that the engine's configuration lists. A redirect is a response: who
 * follows it sends another request.
 *
 * {@snippet :
 * try (HttpResponse response = session.http().get("https://api.example.com/papers")) {
 *   session.send(response.text());
 * }
 * }
 */
public final class Http {
  private final GuestHttp guest;

  Http(GuestHttp guest) {
    this.guest = guest;
  }

  /** As {@link #send}, without a body. */
  public HttpResponse get(String url) {
    return send(HttpRequest.of("GET", url));
  }

  /**
   * Sends a request and waits for the response to begin.
   *
   * @throws InferletException if it may not be sent, or nothing comes
   */
  public HttpResponse send(HttpRequest request) {
    return new HttpResponse(guest.send(request));
  }
}
