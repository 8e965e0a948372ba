package dev.bourse.sdk;

/** A part of what a model generated, as {@link TurnDecoder} tells it. */
public sealed interface TurnPiece {
  /** What it says, in whole characters. */
  record Text(String text) implements TurnPiece {}

  /** What it thinks. */
  record Thought(String text) implements TurnPiece {}

  /**
   * A call of a tool, complete.
   *
   * @param name which tool
   * @param arguments a JSON object, as the model wrote it
   */
  record Call(String name, String arguments) implements TurnPiece {}
}
