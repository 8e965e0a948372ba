package dev.bourse.grammar;

/**
 * A grammar that is malformed, unsupported, unsatisfiable or larger than a limit. The message says
 * where: the line and column, the offset in the regular expression, or the JSON pointer.
 */
public final class GrammarException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public GrammarException(String message) {
    super(message);
  }

  /** A limit that was exceeded. */
  static GrammarException limit(String what, long value, long max) {
    return new GrammarException(
        "the grammar is too large: %s %,d, at most %,d; simplify it or lower its bounds"
            .formatted(what, value, max));
  }
}
