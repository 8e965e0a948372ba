package dev.bourse.host.pie;

import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.process.LimitExceededException;
import dev.bourse.host.process.ServedModel;
import dev.bourse.text.TokenDecoder;
import java.util.Arrays;

/**
 * Turns the tokens of an answer into events: text as it becomes whole characters, the end of the
 * turn, and other special tokens.
 */
final class ChatDecoder {
  private static final int DELTA = 0;
  private static final int INTERRUPT = 1;
  private static final int DONE = 2;

  private final ServedModel model;
  private final int[] stopTokens;
  private final StringBuilder answer = new StringBuilder();
  private final HeldText held;
  private TokenDecoder decoder;

  ChatDecoder(Guest guest, ServedModel model) {
    this.held = new HeldText(guest);
    this.model = model;
    this.stopTokens = model.chat().stopTokens();
    this.decoder = model.tokenizer().decoder(true);
  }

  /**
   * The event of the next tokens: the end of the turn or a special token if they hold one, else
   * their text.
   *
   * @throws IllegalArgumentException for a token outside the vocabulary
   * @throws LimitExceededException when it keeps more of the answer than the guest may hold
   */
  Case feed(int[] tokens) {
    try {
      return event(tokens);
    } finally {
      held.count(answer.length());
    }
  }

  private Case event(int[] tokens) {
    StringBuilder delta = new StringBuilder();
    for (int token : tokens) {
      if (Arrays.stream(stopTokens).anyMatch(stop -> stop == token)) {
        answer.append(decoder.finish());
        return new Case(DONE, answer.toString());
      }
      String text = decoder.accept(token);
      if (model.tokenizer().isSpecial(token)) {
        return new Case(INTERRUPT, Integer.toUnsignedLong(token));
      }
      delta.append(text);
      answer.append(text);
    }
    return new Case(DELTA, delta.toString());
  }

  void reset() {
    close();
    decoder = model.tokenizer().decoder(true);
  }

  /** Keeps nothing of the answer any more. */
  void close() {
    answer.setLength(0);
    answer.trimToSize();
    held.count(0);
  }
}
