package dev.bourse.text.instruct;

/** What a {@link TurnDecoder} tells, in the order of the turn. */
public sealed interface TurnEvent {

  /** The next piece of what the model says, in whole characters. */
  record Text(String text) implements TurnEvent {}

  /** The next piece of what it thinks. */
  record Thought(String text) implements TurnEvent {}

  /**
   * A complete call of a tool.
   *
   * @param name the function's name
   * @param arguments a JSON object, as the model wrote it
   */
  record Call(String name, String arguments) implements TurnEvent {}
}
