package dev.bourse.sdk.spi;

import dev.bourse.sdk.ToolDecoder.Call;
import java.util.Optional;

/** Finds calls in tokens ({@code pie:instruct/tool-use} {@code decoder}). */
public interface GuestToolDecoder extends AutoCloseable {
  /** The next complete call; those behind it are told by the next calls of this. */
  Optional<Call> feed(int... tokens);

  /** Forgets what it has read. */
  void reset();

  /** Drops the handle. Idempotent. */
  @Override
  void close();
}
