package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestTurnDecoder;
import java.util.List;

/**
 * Takes a turn that a model generates apart: into what it says, what it thinks and which tools it
 * calls, in their order. Made by {@link Model#turnDecoder}, for one turn; feed it every token but
 * the one that stops it.
 */
public final class TurnDecoder implements AutoCloseable {
  private final GuestTurnDecoder guest;

  TurnDecoder(GuestTurnDecoder guest) {
    this.guest = guest;
  }

  /** What these tokens make certain, often nothing. */
  public List<TurnPiece> feed(int... tokens) {
    return guest.feed(tokens);
  }

  /** What was uncertain, at the end of the turn. */
  public List<TurnPiece> finish() {
    return guest.finish();
  }

  /** Frees its memory. Idempotent. */
  @Override
  public void close() {
    guest.close();
  }
}
