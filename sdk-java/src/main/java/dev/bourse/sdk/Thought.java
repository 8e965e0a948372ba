package dev.bourse.sdk;

/** What a {@link ReasoningDecoder} tells. */
public sealed interface Thought {

  /** A thought begins. */
  record Start() implements Thought {}

  /** The next piece of it. */
  record Delta(String text) implements Thought {}

  /** It has ended; all of it. */
  record Complete(String text) implements Thought {}
}
