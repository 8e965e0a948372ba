package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestToolDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the calls of tools in what a model generates. Made by {@link Model#toolDecoder}; feed it
 * every token, the stop token too if there is one.
 */
public final class ToolDecoder implements AutoCloseable {
  private final GuestToolDecoder guest;

  ToolDecoder(GuestToolDecoder guest) {
    this.guest = guest;
  }

  /**
   * A call.
   *
   * @param name which tool
   * @param arguments a JSON object, as the model wrote it
   */
  public record Call(String name, String arguments) {}

  /** The calls that these tokens complete, mostly none. */
  public List<Call> feed(int... tokens) {
    List<Call> calls = new ArrayList<>();
    Optional<Call> next = guest.feed(tokens);
    while (next.isPresent()) {
      calls.add(next.get());
      next = guest.feed();
    }
    return calls;
  }

  /** Forgets what it has read. */
  public void reset() {
    guest.reset();
  }

  /** Frees its memory. Idempotent. */
  @Override
  public void close() {
    guest.close();
  }
}
