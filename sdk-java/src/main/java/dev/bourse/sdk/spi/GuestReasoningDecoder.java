package dev.bourse.sdk.spi;

import dev.bourse.sdk.Thought;

/** Finds thoughts in tokens ({@code pie:instruct/reasoning} {@code decoder}). */
public interface GuestReasoningDecoder extends AutoCloseable {
  /** The next event, an empty {@link Thought.Delta} for none; others are told by the next calls. */
  Thought feed(int... tokens);

  /** Forgets what it has read. */
  void reset();

  /** Drops the handle. Idempotent. */
  @Override
  void close();
}
