package dev.bourse.text.instruct;

import java.util.function.Consumer;

/** A turn in OpenAI's harmony format, where thoughts, calls and text are messages of their own. */
final class HarmonyTurn implements TurnReader {
  private final StringBuilder body = new StringBuilder();
  private final Harmony messages = new Harmony(new Messages());
  private final boolean hasTools;
  private Consumer<TurnEvent> found = event -> {};
  private Kind kind = Kind.TEXT;
  private String function = "";
  private boolean tooLong;

  private enum Kind {
    TEXT,
    THOUGHT,
    CALL
  }

  /**
   * A turn.
   *
   * @param hasTools whether what is addressed to a function is a call
   */
  HarmonyTurn(boolean hasTools) {
    this.hasTools = hasTools;
  }

  private final class Messages implements Harmony.Listener {
    @Override
    public void begin(String channel, String recipient) {
      function = recipient.substring(recipient.lastIndexOf('.') + 1);
      if (hasTools && !function.isEmpty()) {
        kind = Kind.CALL;
      } else {
        kind = channel.equals("analysis") ? Kind.THOUGHT : Kind.TEXT;
      }
    }

    @Override
    public void body(String text) {
      switch (kind) {
        case TEXT -> found.accept(new TurnEvent.Text(text));
        case THOUGHT -> found.accept(new TurnEvent.Thought(text));
        case CALL -> {
          body.append(text);
          if (body.length() > TaggedCalls.CALL_CHARS_MAX) {
            tooLong = true;
            body.setLength(0);
          }
        }
      }
    }

    @Override
    public void end() {
      String arguments = body.toString().strip();
      if (kind == Kind.CALL && JsonSource.isObject(arguments)) {
        found.accept(new TurnEvent.Call(function, arguments));
      }
      kind = Kind.TEXT;
      body.setLength(0);
      body.trimToSize();
    }
  }

  @Override
  public void accept(String text, Consumer<TurnEvent> sink) {
    found = sink;
    messages.accept(text);
    if (tooLong) {
      tooLong = false;
      throw new IllegalArgumentException(
          "a call of more than %,d characters".formatted(TaggedCalls.CALL_CHARS_MAX));
    }
  }

  @Override
  public void end(Consumer<TurnEvent> sink) {
    // The token that ends a call may have ended the turn before it was read.
    accept("<|end|>", sink);
  }

  @Override
  public int heldChars() {
    return body.capacity();
  }
}
