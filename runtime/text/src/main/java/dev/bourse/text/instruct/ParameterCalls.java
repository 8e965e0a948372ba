package dev.bourse.text.instruct;

import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Calls whose arguments are written one by one ({@link CallSyntax.Parameters}). What a value is,
 * the text does not say: what reads as a number, a truth value, null, an array or an object is
 * that, and everything else is a string.
 */
final class ParameterCalls implements CallReader {
  private static final int SEARCHED_CHARS_MAX = 4096;
  private static final int NAME_CHARS_MAX = 512;

  private enum State {
    /** Anywhere in the text. */
    TEXT,
    /** Behind the tag: the name, up to the first argument or the end of the call. */
    NAME,
    KEY,
    VALUE
  }

  private final CallSyntax.Parameters syntax;
  private final String tag;
  private final String nameToKey;
  private final String nameToEnd;
  private final String keyToValue;
  private final String valueToKey;
  private final String valueToEnd;

  private State state = State.TEXT;
  private final StringBuilder buffer = new StringBuilder();
  private final Map<String, String> arguments = new LinkedHashMap<>();
  private int argumentChars;
  private int undecided;
  private String name = "";
  private String key = "";

  ParameterCalls(CallSyntax.Parameters syntax) {
    this.syntax = syntax;
    tag = Blanks.without(syntax.open());
    nameToKey = Blanks.without(syntax.middle() + syntax.keyOpen());
    nameToEnd = Blanks.without(syntax.middle() + syntax.close());
    keyToValue = Blanks.without(syntax.keyClose());
    valueToKey = Blanks.without(syntax.valueClose() + syntax.keyOpen());
    valueToEnd = Blanks.without(syntax.valueClose() + syntax.close());
  }

  @Override
  public void accept(String text, Consumer<Call> found) {
    for (int at = 0; at < text.length(); at++) {
      buffer.append(text.charAt(at));
      switch (state) {
        case TEXT -> text();
        case NAME -> name(found);
        case KEY -> key();
        case VALUE -> value(found);
      }
      undecided = state == State.TEXT ? Blanks.possibleTag(buffer, tag) : undecided + 1;
    }
  }

  private void text() {
    if (Blanks.endingAt(buffer, tag) >= 0) {
      go(State.NAME);
    } else if (buffer.length() > SEARCHED_CHARS_MAX) {
      buffer.delete(0, SEARCHED_CHARS_MAX / 2);
    }
  }

  private void name(Consumer<Call> found) {
    int end = Blanks.endingAt(buffer, nameToKey);
    boolean over = end < 0;
    if (over) {
      end = Blanks.endingAt(buffer, nameToEnd);
    }
    if (end >= 0) {
      name = buffer.substring(0, end).strip();
      arguments.clear();
      argumentChars = 0;
      if (name.isEmpty() || name.indexOf('\n') >= 0) {
        go(State.TEXT);
      } else if (over) {
        report(found);
      } else {
        go(State.KEY);
      }
    } else if (buffer.length() > NAME_CHARS_MAX) {
      // Here too the tag of a call may stand.
      state = State.TEXT;
      text();
    }
  }

  private void key() {
    int end = Blanks.endingAt(buffer, keyToValue);
    if (end >= 0) {
      key = buffer.substring(0, end).strip();
      go(State.VALUE);
    } else if (buffer.length() > NAME_CHARS_MAX) {
      state = State.TEXT;
    }
  }

  private void value(Consumer<Call> found) {
    if (argumentChars + buffer.length() > TaggedCalls.CALL_CHARS_MAX) {
      arguments.clear();
      argumentChars = 0;
      go(State.TEXT);
      throw new IllegalArgumentException(
          "a call of more than %,d characters; the decoder has skipped it"
              .formatted(TaggedCalls.CALL_CHARS_MAX));
    }
    int end = Blanks.endingAt(buffer, valueToKey);
    boolean over = end < 0;
    if (over) {
      end = Blanks.endingAt(buffer, valueToEnd);
    }
    if (end < 0) {
      return;
    }
    String value = value(buffer.substring(0, end));
    argumentChars += key.length() + value.length() + 64;
    arguments.put(key, value);
    if (over) {
      report(found);
    } else {
      go(State.KEY);
    }
  }

  /** The value without the line breaks that the template puts around it, as JSON. */
  private String value(String written) {
    String text = written;
    if (syntax.keyClose().endsWith("\n") && text.startsWith("\n")) {
      text = text.substring(1);
    }
    if (syntax.valueClose().startsWith("\n") && text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    return JsonSource.isValueButNoText(text) ? text.strip() : JsonSource.quote(text);
  }

  private void report(Consumer<Call> found) {
    String object =
        arguments.entrySet().stream()
            .map(each -> JsonSource.quote(each.getKey()) + ": " + each.getValue())
            .collect(Collectors.joining(", ", "{", "}"));
    arguments.clear();
    argumentChars = 0;
    go(State.TEXT);
    found.accept(new Call(name, object));
  }

  private void go(State next) {
    state = next;
    buffer.setLength(0);
  }

  @Override
  public void end(String last, Consumer<Call> found) {
    accept(last, found);
    arguments.clear();
    argumentChars = 0;
    go(State.TEXT);
    buffer.trimToSize();
    undecided = 0;
  }

  @Override
  public int undecidedChars() {
    return undecided;
  }

  @Override
  public int heldChars() {
    return buffer.capacity() + argumentChars;
  }
}
