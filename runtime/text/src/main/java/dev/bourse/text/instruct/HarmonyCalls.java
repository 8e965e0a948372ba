package dev.bourse.text.instruct;

import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.function.Consumer;

/** Calls as messages to a function ({@link CallFormat.CallSyntax.Harmony}). */
final class HarmonyCalls implements CallReader {
  private static final String FUNCTIONS = "functions.";

  private final StringBuilder body = new StringBuilder();
  private String function = "";
  private boolean tooLong;
  private Consumer<Call> found = call -> {};
  private Harmony messages = new Harmony(new Messages());

  private final class Messages implements Harmony.Listener {
    @Override
    public void begin(String channel, String recipient) {
      function =
          recipient.startsWith(FUNCTIONS) ? recipient.substring(FUNCTIONS.length()) : recipient;
      body.setLength(0);
    }

    @Override
    public void body(String text) {
      if (function.isEmpty()) {
        return;
      }
      body.append(text);
      if (body.length() > TaggedCalls.CALL_CHARS_MAX) {
        tooLong = true;
        function = "";
        body.setLength(0);
      }
    }

    @Override
    public void end() {
      String arguments = body.toString().strip();
      if (!function.isEmpty() && JsonSource.isObject(arguments)) {
        found.accept(new Call(function, arguments));
      }
      function = "";
      body.setLength(0);
      body.trimToSize();
    }
  }

  @Override
  public void accept(String text, Consumer<Call> sink) {
    found = sink;
    messages.accept(text);
    if (tooLong) {
      tooLong = false;
      throw new IllegalArgumentException(
          "a call of more than %,d characters; the decoder has skipped it"
              .formatted(TaggedCalls.CALL_CHARS_MAX));
    }
  }

  @Override
  public void end(String last, Consumer<Call> sink) {
    accept(last, sink);
    function = "";
    body.setLength(0);
    body.trimToSize();
    messages = new Harmony(new Messages());
  }

  /** Text and calls are messages of their own there: {@link HarmonyTurn} tells them apart. */
  @Override
  public int undecidedChars() {
    return 0;
  }

  @Override
  public int heldChars() {
    return body.capacity();
  }
}
