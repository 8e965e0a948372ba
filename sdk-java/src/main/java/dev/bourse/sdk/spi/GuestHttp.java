package dev.bourse.sdk.spi;

import dev.bourse.sdk.HttpRequest;

/** The way to other hosts ({@code wasi:http/outgoing-handler}). */
public interface GuestHttp {

  /**
   * Sends a request and waits for the head of its response.
   *
   * @throws dev.bourse.sdk.InferletException if it may not be sent, or nothing comes
   */
  GuestResponse send(HttpRequest request);
}
