package dev.bourse.server.web;

/** Answers requests, each on a virtual thread of its own, which may wait. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers one request: {@link Exchange#answer} or {@link Exchange#stream}, once.
   *
   * @throws InterruptedException when the client has gone
   */
  void answer(Exchange exchange) throws InterruptedException;
}
