package dev.bourse.grammar;

/** How much white space there may be between the tokens of JSON; none before or after the whole. */
public enum Whitespace {
  /** None at all. */
  NONE,
  /**
   * After a colon: at most a space. After a comma or an opening bracket, and before a closing one:
   * at most a space, or a line break and up to 20 spaces or tabs. This is how people and models
   * write JSON, and a model cannot lose itself in it.
   */
  USUAL,
  /** Any, wherever JSON permits it. */
  ANY
}
