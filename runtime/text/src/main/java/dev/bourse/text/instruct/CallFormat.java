package dev.bourse.text.instruct;

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
     * A message of its own whose header names the function, in OpenAI's harmony format: {@code
     * <|channel|>commentary to=functions.f <|constrain|>json<|message|>{…}<|call|>}.
     */
    record Harmony() implements CallSyntax {}
  }
}
