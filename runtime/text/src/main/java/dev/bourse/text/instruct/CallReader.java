package dev.bourse.text.instruct;

import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.function.Consumer;

/** Finds calls in the text of one turn, in whatever pieces it comes. */
interface CallReader {

  /**
   * Reads on.
   *
   * @throws IllegalArgumentException if a call grows beyond what is kept
   */
  void accept(String text, Consumer<Call> found);

  /**
   * The turn has ended; what was incomplete stays so.
   *
   * @param last the text of the token that ended it: a tag of the call, or no text at all
   */
  void end(String last, Consumer<Call> found);

  /** How many of the characters read last may belong to a call that is not complete. */
  int undecidedChars();

  /** How much text is being kept. */
  int heldChars();

  /** Reads text that a template writes with no calls in it. */
  CallReader NONE =
      new CallReader() {
        @Override
        public void accept(String text, Consumer<Call> found) {}

        @Override
        public void end(String last, Consumer<Call> found) {}

        @Override
        public int undecidedChars() {
          return 0;
        }

        @Override
        public int heldChars() {
          return 0;
        }
      };
}
