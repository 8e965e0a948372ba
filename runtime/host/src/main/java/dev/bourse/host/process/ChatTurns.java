package dev.bourse.host.process;

import dev.bourse.text.instruct.Instruct;

/**
 * The turns of a conversation as token ids, under a model's own chat template. Every method throws
 * {@link IllegalArgumentException} when the template refuses the turn, or when there is none.
 */
public interface ChatTurns {

  /** A system turn. */
  int[] system(String text);

  /** A user turn that opens a conversation. */
  int[] firstUser(String text);

  /** A user turn after others. */
  int[] user(String text);

  /** A system turn and the first user turn, for templates that merge them. */
  int[] systemUser(String system, String user);

  /** A whole assistant turn. */
  int[] assistant(String text);

  /** What opens an assistant turn for the model to continue. */
  int[] cue();

  /** What ends an assistant turn that the model generated. */
  int[] seal();

  /** Tools and reasoning under the same template. */
  default Instruct instruct() {
    throw new IllegalArgumentException(
        "the model has no chat template: it knows neither tools nor reasoning");
  }

  /** The tokens with which the model ends its turn. */
  int[] stopTokens();
}
