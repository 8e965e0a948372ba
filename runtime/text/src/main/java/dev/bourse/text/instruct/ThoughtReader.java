package dev.bourse.text.instruct;

/** Finds thoughts in the text of one turn, in whatever pieces it comes. */
interface ThoughtReader {

  /** What is told of them. */
  interface Listener {
    void begin();

    /** The next piece; not empty. */
    void text(String piece);

    void end();

    /** The next piece of what is no thought; not empty. */
    default void outside(String piece) {}
  }

  /**
   * Reads on.
   *
   * @param isEnd whether this is the text of a token that ends the turn: a tag, or no text at all
   */
  void accept(String text, boolean isEnd);

  /** Finds none. */
  ThoughtReader NONE = (text, isEnd) -> {};
}
