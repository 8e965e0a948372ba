package dev.bourse.text.instruct;

/** What a {@link ToolDecoder} tells. */
public sealed interface ToolEvent {

  /** No call is complete: there is none so far, or one has begun. */
  record Start() implements ToolEvent {}

  /**
   * A complete call.
   *
   * @param name the function's name
   * @param arguments a JSON object, as the model wrote it
   */
  record Call(String name, String arguments) implements ToolEvent {}
}
