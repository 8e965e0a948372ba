package dev.bourse.text.instruct;

/** How a model sets its thoughts apart. */
public sealed interface ReasoningFormat {

  /**
   * Between two tags.
   *
   * @param open begins a thought, without white space around it
   * @param close ends it, likewise
   * @param begun whether the template's cue has opened one already
   */
  record Tags(String open, String close, boolean begun) implements ReasoningFormat {}

  /** In messages of the channel {@code analysis}, in OpenAI's harmony format. */
  record Channels() implements ReasoningFormat {}

  /** Not at all. */
  record None() implements ReasoningFormat {}
}
