package dev.bourse.text.instruct;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A turn whose thoughts stand between tags and whose calls stand in the text. Text that may become
 * a call waits until it has, or cannot any more; so do blanks, which are no text before a call.
 */
final class TaggedTurn implements TurnReader {
  private final ThoughtReader thoughts;
  private final CallReader calls;

  /** What the template writes behind the last call, without blanks. */
  private final String closing;

  private final StringBuilder undecided = new StringBuilder();
  private final StringBuilder blanks = new StringBuilder();
  private Consumer<TurnEvent> found = event -> {};

  /** Whether blanks would begin what comes after a thought or a call. */
  private boolean between;

  /** How much of {@link #closing} was read since the last call; -1 where it is not expected. */
  private int closed = -1;

  /**
   * A turn.
   *
   * @param format how calls are written; empty if there are none to be found
   */
  TaggedTurn(ReasoningFormat reasoning, Optional<CallFormat> format) {
    Listener listener = new Listener();
    thoughts =
        reasoning instanceof ReasoningFormat.Tags tags
            ? new TaggedThoughts(tags, listener)
            : (text, isEnd) -> listener.outside(text);
    calls =
        format
            .map(
                known ->
                    known.call() instanceof CallFormat.CallSyntax.Parameters each
                        ? new ParameterCalls(each)
                        : new TaggedCalls(known))
            .orElse(CallReader.NONE);
    closing = format.map(known -> Blanks.without(known.end())).orElse("");
  }

  private final class Listener implements ThoughtReader.Listener {
    @Override
    public void begin() {
      blanks.setLength(0);
    }

    @Override
    public void text(String piece) {
      found.accept(new TurnEvent.Thought(piece));
    }

    @Override
    public void end() {
      between = true;
    }

    @Override
    public void outside(String piece) {
      for (int at = 0; at < piece.length(); at++) {
        read(piece.charAt(at));
      }
    }
  }

  private void read(char c) {
    undecided.append(c);
    calls.accept(String.valueOf(c), this::call);
    int sure = undecided.length() - calls.undecidedChars();
    if (sure > 0) {
      say(undecided.substring(0, sure));
      undecided.delete(0, sure);
    }
  }

  private void call(ToolEvent.Call call) {
    found.accept(new TurnEvent.Call(call.name(), call.arguments()));
    undecided.setLength(0);
    undecided.trimToSize();
    blanks.setLength(0);
    between = true;
    closed = 0;
  }

  private void say(String text) {
    StringBuilder said = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (Blanks.isBlank(c)) {
        if (!between) {
          blanks.append(c);
        }
      } else if (closed >= 0 && closed < closing.length() && c == closing.charAt(closed)) {
        closed++;
      } else {
        said.append(blanks).append(c);
        blanks.setLength(0);
        between = false;
        closed = -1;
      }
    }
    if (!said.isEmpty()) {
      found.accept(new TurnEvent.Text(said.toString()));
    }
  }

  @Override
  public void accept(String text, Consumer<TurnEvent> sink) {
    found = sink;
    thoughts.accept(text, false);
  }

  @Override
  public void end(Consumer<TurnEvent> sink) {
    found = sink;
    thoughts.accept("", true);
    calls.end("", this::call);
    say(undecided.toString());
    undecided.setLength(0);
    if (!blanks.isEmpty()) {
      found.accept(new TurnEvent.Text(blanks.toString()));
      blanks.setLength(0);
    }
  }

  @Override
  public int heldChars() {
    return undecided.capacity() + blanks.capacity() + calls.heldChars();
  }
}
