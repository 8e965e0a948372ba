package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestReasoningDecoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the thoughts in what a model generates. Made by {@link Model#reasoningDecoder}; feed it
 * every token. Where the model's template has opened a thought already, its first tokens belong to
 * one.
 */
public final class ReasoningDecoder implements AutoCloseable {
  private static final Thought NOTHING = new Thought.Delta("");

  private final GuestReasoningDecoder guest;

  ReasoningDecoder(GuestReasoningDecoder guest) {
    this.guest = guest;
  }

  /** What these tokens tell of thoughts, mostly one piece of text or nothing. */
  public List<Thought> feed(int... tokens) {
    List<Thought> thoughts = new ArrayList<>();
    Thought next = guest.feed(tokens);
    while (!next.equals(NOTHING)) {
      thoughts.add(next);
      next = guest.feed();
    }
    return thoughts;
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
