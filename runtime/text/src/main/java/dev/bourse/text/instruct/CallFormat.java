package dev.bourse.text.instruct;

import dev.bourse.text.template.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * How a model writes the calls of one turn: {@code begin call (separator call)* end}. White space
 * counts where calls are to be written; where they are read it does not.
 *
 * @param begin before the first call
 * @param call one call
 * @param separator between two calls
 * @param end after the last call
 * @param many whether a turn may hold more than one
 */
public record CallFormat(
    String begin, CallSyntax call, String separator, String end, boolean many) {

  /** Whether nothing but its place tells a call from other text. */
  boolean hasNoTags() {
    return call instanceof CallSyntax.Json json && json.open().isBlank() && begin.isBlank();
  }

  /**
   * Some calls, their arguments apart from what the template writes around them.
   *
   * @throws IllegalArgumentException if arguments are written one by one, or there may be only one
   *     call
   */
  List<Segment> write(List<ToolEvent.Call> calls) {
    if (!hasJsonArguments()) {
      throw new IllegalArgumentException(
          "the template writes arguments one by one, which is not supported here");
    }
    if (calls.size() > 1 && !many) {
      throw new IllegalArgumentException(
          "the template writes one call in a turn, and there are " + calls.size());
    }
    List<Segment> segments = new ArrayList<>();
    String before = begin;
    for (ToolEvent.Call each : calls) {
      segments.add(new Segment(before + before(each.name()), true));
      segments.add(new Segment(each.arguments(), false));
      before = after() + separator;
    }
    segments.add(new Segment(after() + end, true));
    return segments;
  }

  /** Whether the arguments of a call are one JSON object, as a schema describes it. */
  public boolean hasJsonArguments() {
    return !(call instanceof CallSyntax.Parameters);
  }

  /** What is written of a call of a function before its arguments. */
  public String before(String function) {
    return switch (call) {
      case CallSyntax.Json json ->
          json.open()
              + "{"
              + JsonSource.quote(json.nameKey())
              + ": "
              + JsonSource.quote(function)
              + ", "
              + JsonSource.quote(json.argumentsKey())
              + ": ";
      case CallSyntax.Named named -> named.open() + function + named.middle();
      case CallSyntax.Parameters each -> each.open() + function + each.middle();
      case CallSyntax.Harmony _ ->
          "<|channel|>commentary to=functions." + function + " <|constrain|>json<|message|>";
    };
  }

  /** What is written of a call behind its arguments. */
  public String after() {
    return switch (call) {
      case CallSyntax.Json json -> "}" + json.close();
      case CallSyntax.Named named -> named.close();
      case CallSyntax.Parameters each -> each.close();
      // The token that ends the message ends the turn.
      case CallSyntax.Harmony _ -> "";
    };
  }

  /** How one call is written. */
  public sealed interface CallSyntax {

    /**
     * A JSON object that holds both: {@code open {"name": "f", "arguments": {…}} close}.
     *
     * @param nameKey the key of the function's name
     * @param argumentsKey the key of the arguments
     */
    record Json(String open, String nameKey, String argumentsKey, String close)
        implements CallSyntax {}

    /** The name as text, then the arguments as JSON: {@code open f middle {…} close}. */
    record Named(String open, String middle, String close) implements CallSyntax {}

    /**
     * The name as text, then each argument by itself: {@code open f middle (keyOpen k keyClose v
     * valueClose)* close}. Texts are written as they are, other values as JSON.
     */
    record Parameters(
        String open,
        String middle,
        String keyOpen,
        String keyClose,
        String valueClose,
        String close)
        implements CallSyntax {}

    /**
     * A message of its own whose header names the function, in OpenAI's harmony format: {@code
     * <|channel|>commentary to=functions.f <|constrain|>json<|message|>{…}<|call|>}.
     */
    record Harmony() implements CallSyntax {}
  }
}
