package dev.bourse.text.instruct;

/** What a {@link ReasoningDecoder} tells. */
public sealed interface ReasoningEvent {

  /** A thought begins. */
  record Start() implements ReasoningEvent {}

  /** The next piece of it, in whole characters; empty where there is nothing to tell. */
  record Delta(String text) implements ReasoningEvent {}

  /** It has ended; all of it. */
  record Complete(String text) implements ReasoningEvent {}
}
