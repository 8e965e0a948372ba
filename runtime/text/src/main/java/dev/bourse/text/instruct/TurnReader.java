package dev.bourse.text.instruct;

import java.util.function.Consumer;

/** Takes the text of one turn apart, in whatever pieces it comes. */
interface TurnReader {

  /**
   * Reads on.
   *
   * @throws IllegalArgumentException if a call grows beyond what is kept
   */
  void accept(String text, Consumer<TurnEvent> found);

  /** The turn has ended; what was incomplete is text. */
  void end(Consumer<TurnEvent> found);

  /** How much text is being kept, in characters. */
  int heldChars();
}
