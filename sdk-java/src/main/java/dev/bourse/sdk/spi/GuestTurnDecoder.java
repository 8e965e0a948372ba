package dev.bourse.sdk.spi;

import dev.bourse.sdk.TurnPiece;
import java.util.List;

/** Takes a turn apart ({@code bourse:instruct} {@code turn-decoder}). */
public interface GuestTurnDecoder extends AutoCloseable {
  /** What these tokens make certain. */
  List<TurnPiece> feed(int... tokens);

  /** What was uncertain, at the end. */
  List<TurnPiece> finish();

  @Override
  void close();
}
