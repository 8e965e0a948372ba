package dev.bourse.text.instruct;

import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls as JSON objects behind a tag, with the name inside ({@link CallSyntax.Json}) or in front
 * ({@link CallSyntax.Named}). A format without any tag has its calls at the beginning of the turn,
 * and what begins otherwise has none.
 *
 * <p>What follows a tag and is no call is skipped, and reading goes on behind it.
 */
final class TaggedCalls implements CallReader {

  /** The longest call. */
  static final int CALL_CHARS_MAX = 1 << 20;

  private static final int NAME_CHARS_MAX = 512;
  private static final int SEARCHED_CHARS_MAX = 4096;

  private enum State {
    /** Anywhere in the text. */
    TEXT,
    /** In the name that stands before the arguments. */
    NAME,
    /** Before an object. */
    VALUE,
    OBJECT,
    /** Behind an object: in what closes the call. */
    CLOSE,
    /** Behind a call: another one may follow without the tag. */
    NEXT,
    /** No call can follow. */
    OVER
  }

  private final CallSyntax syntax;
  private final String tag;
  private final String middle;
  private final String close;

  /** Whether the tag stands once before all calls. */
  private final boolean tagOnce;

  private State state;
  private final StringBuilder buffer = new StringBuilder();
  private ObjectEnd objectEnd = new ObjectEnd();
  private String name = "";
  private int closed;
  private int undecided;
  private @Nullable Call candidate;

  TaggedCalls(CallFormat format) {
    syntax = format.call();
    String open;
    switch (syntax) {
      case CallSyntax.Json json -> {
        open = Blanks.without(json.open());
        middle = "";
        close = Blanks.without(json.close());
      }
      case CallSyntax.Named named -> {
        open = Blanks.without(named.open());
        middle = Blanks.without(named.middle());
        close = Blanks.without(named.close());
      }
      case CallSyntax.Parameters _, CallSyntax.Harmony _ ->
          throw new IllegalArgumentException("these calls have a reader of their own");
    }
    tagOnce = open.isEmpty();
    tag = tagOnce ? Blanks.without(format.begin()) : open;
    state = first();
  }

  private State first() {
    return tag.isEmpty() ? State.NEXT : State.TEXT;
  }

  @Override
  public void accept(String text, Consumer<Call> found) {
    for (int at = 0; at < text.length() && state != State.OVER; at++) {
      accept(text.charAt(at), found);
      undecided =
          switch (state) {
            case TEXT -> Blanks.possibleTag(buffer, tag);
            case OVER -> 0;
            default -> undecided + 1;
          };
    }
  }

  private void accept(char c, Consumer<Call> found) {
    switch (state) {
      case TEXT -> text(c);
      case NAME -> name(c, found);
      case VALUE, NEXT -> value(c);
      case OBJECT -> object(c, found);
      case CLOSE -> close(c, found);
      case OVER -> {}
    }
  }

  private void text(char c) {
    buffer.append(c);
    if (Blanks.endingAt(buffer, tag) >= 0) {
      buffer.setLength(0);
      state = syntax instanceof CallSyntax.Named ? State.NAME : State.VALUE;
    } else if (buffer.length() > SEARCHED_CHARS_MAX) {
      buffer.delete(0, SEARCHED_CHARS_MAX / 2);
    }
  }

  private void name(char c, Consumer<Call> found) {
    int end;
    if (middle.isEmpty()) {
      end = c == '{' || (Blanks.isBlank(c) && !buffer.isEmpty()) ? buffer.length() : -1;
      if (end < 0 && !Blanks.isBlank(c)) {
        buffer.append(c);
      }
    } else {
      buffer.append(c);
      end = Blanks.endingAt(buffer, middle);
    }
    if (end >= 0) {
      name = buffer.substring(0, end).strip();
      buffer.setLength(0);
      state = name.isEmpty() || name.indexOf('\n') >= 0 ? afterFailure() : State.VALUE;
      if (c == '{' && middle.isEmpty()) {
        accept(c, found);
      }
    } else if (buffer.length() > NAME_CHARS_MAX) {
      searchAgain();
    }
  }

  /** What looked like a name may hold the tag of a call. */
  private void searchAgain() {
    String skipped = buffer.toString();
    buffer.setLength(0);
    state = State.TEXT;
    for (int at = 0; at < skipped.length() && state == State.TEXT; at++) {
      text(skipped.charAt(at));
    }
  }

  private void value(char c) {
    if (c == '{') {
      objectEnd = new ObjectEnd();
      var _ = objectEnd.endsWith(c);
      buffer.setLength(0);
      buffer.append(c);
      state = State.OBJECT;
    } else if (!Blanks.isBlank(c) && !(state == State.NEXT && (c == ',' || c == ';'))) {
      state = afterFailure();
      if (state == State.TEXT) {
        text(c);
      }
    }
  }

  private void object(char c, Consumer<Call> found) {
    buffer.append(c);
    if (buffer.length() > CALL_CHARS_MAX) {
      buffer.setLength(0);
      state = afterFailure();
      throw new IllegalArgumentException(
          "a call of more than %,d characters; the decoder has skipped it"
              .formatted(CALL_CHARS_MAX));
    }
    if (!objectEnd.endsWith(c)) {
      return;
    }
    Optional<Call> call = call(buffer.toString());
    buffer.setLength(0);
    buffer.trimToSize();
    if (call.isEmpty()) {
      state = afterFailure();
      return;
    }
    candidate = call.get();
    closed = 0;
    state = State.CLOSE;
    if (close.isEmpty()) {
      report(found);
    }
  }

  private Optional<Call> call(String object) {
    return syntax instanceof CallSyntax.Json keys
        ? inside(object, keys)
        : Optional.of(object).filter(JsonSource::isObject).map(text -> new Call(name, text));
  }

  private static Optional<Call> inside(String object, CallSyntax.Json keys) {
    Map<String, JsonSource.Member> members = JsonSource.members(object);
    JsonSource.Member name = members.get(keys.nameKey());
    JsonSource.Member arguments = members.get(keys.argumentsKey());
    if (arguments == null) {
      // Models confuse the two words that are in use.
      arguments =
          members.get(keys.argumentsKey().equals("parameters") ? "arguments" : "parameters");
    }
    return name == null
            || arguments == null
            || !name.isString()
            || name.text().isEmpty()
            || !JsonSource.isObject(arguments.text())
        ? Optional.empty()
        : Optional.of(new Call(name.text(), arguments.text()));
  }

  private void close(char c, Consumer<Call> found) {
    if (c == close.charAt(closed)) {
      closed++;
      if (closed == close.length()) {
        report(found);
      }
    } else if (!Blanks.isBlank(c)) {
      candidate = null;
      state = afterFailure();
      if (state == State.TEXT) {
        text(c);
      }
    }
  }

  private void report(Consumer<Call> found) {
    Call call = candidate;
    candidate = null;
    undecided = -1;
    state = tagOnce ? State.NEXT : State.TEXT;
    if (call != null) {
      found.accept(call);
    }
  }

  private State afterFailure() {
    return tag.isEmpty() ? State.OVER : State.TEXT;
  }

  @Override
  public void end(String last, Consumer<Call> found) {
    if (state == State.CLOSE && close.startsWith(Blanks.without(last), closed)) {
      accept(last, found);
    }
    if (state == State.CLOSE) {
      // The object is whole; a model that stops there forgot the closing tag.
      report(found);
    }
    buffer.setLength(0);
    buffer.trimToSize();
    undecided = 0;
    state = first();
  }

  @Override
  public int undecidedChars() {
    return undecided;
  }

  @Override
  public int heldChars() {
    Call call = candidate;
    return buffer.capacity() + (call == null ? 0 : call.arguments().length());
  }
}
