package dev.bourse.text.instruct;

import dev.bourse.text.TokenDecoder;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.ToolEvent.Call;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * Finds the calls in what a model generates, token by token. For one stream and one thread.
 *
 * <p>A token after which generation stops ends the turn: a call that is incomplete by then is none,
 * and the next token begins another turn.
 */
public final class ToolDecoder {

  /** The most text of calls that nobody has asked for. */
  private static final int WAITING_CHARS_MAX = 4 << 20;

  private final Tokenizer tokenizer;
  private final Optional<CallFormat> format;
  private final Queue<Call> waiting = new ArrayDeque<>();
  private int waitingChars;
  private TokenDecoder text;
  private CallReader reader;

  /**
   * A decoder at the beginning of a turn.
   *
   * @param format how calls are written; empty if the model knows no tools, then none are found
   */
  public ToolDecoder(Tokenizer tokenizer, Optional<CallFormat> format) {
    this.tokenizer = tokenizer;
    this.format = format;
    text = decoder();
    reader = reader(format);
  }

  /** Without tags of its own, a format's calls may stand behind a special token that is no text. */
  private TokenDecoder decoder() {
    return tokenizer.decoder(format.filter(CallFormat::hasNoTags).isPresent());
  }

  private static CallReader reader(Optional<CallFormat> format) {
    if (format.isEmpty()) {
      return CallReader.NONE;
    }
    return switch (format.get().call()) {
      case CallSyntax.Harmony _ -> new HarmonyCalls();
      case CallSyntax.Parameters each -> new ParameterCalls(each);
      case CallSyntax.Json _, CallSyntax.Named _ -> new TaggedCalls(format.get());
    };
  }

  /**
   * Reads the next tokens. If they complete several calls the first is returned, and the others,
   * one each, by the next calls of this method, also without tokens.
   *
   * @throws IllegalArgumentException for a token outside the vocabulary, before any is read, and
   *     for more text than is kept (a call of 1,048,576 characters, waiting calls of 4,194,304)
   */
  public ToolEvent feed(int... tokens) {
    for (int token : tokens) {
      var _ = tokenizer.isSpecial(token);
    }
    for (int token : tokens) {
      String piece = text.accept(token);
      if (tokenizer.specialIds().endsGeneration(token)) {
        reader.end(piece, this::add);
        text = decoder();
      } else {
        reader.accept(piece, this::add);
      }
    }
    Call next = waiting.poll();
    if (next == null) {
      return new ToolEvent.Start();
    }
    waitingChars -= size(next);
    return next;
  }

  private void add(Call call) {
    if (waitingChars + size(call) > WAITING_CHARS_MAX) {
      throw new IllegalArgumentException(
          "calls of more than %,d characters wait to be taken; feed fewer tokens at a time"
              .formatted(WAITING_CHARS_MAX));
    }
    waitingChars += size(call);
    waiting.add(call);
  }

  private static int size(Call call) {
    // The objects themselves count, or a million empty calls would be nothing.
    return call.name().length() + call.arguments().length() + 64;
  }

  /** Forgets everything; the next token begins a turn. */
  public void reset() {
    waiting.clear();
    waitingChars = 0;
    text = decoder();
    reader = reader(format);
  }

  /** How much text it keeps, in characters. */
  public long heldChars() {
    return (long) waitingChars + reader.heldChars();
  }
}
