package dev.bourse.text.instruct;

import dev.bourse.text.TokenDecoder;
import dev.bourse.text.Tokenizer;
import dev.bourse.text.instruct.ReasoningEvent.Complete;
import dev.bourse.text.instruct.ReasoningEvent.Delta;
import dev.bourse.text.instruct.ReasoningEvent.Start;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Finds the thoughts in what a model generates, token by token. For one stream and one thread.
 *
 * <p>Where the template's cue has opened a thought, the first tokens belong to it and no {@link
 * Start} is told. A token after which generation stops ends the turn; a thought that is open then
 * stays incomplete.
 */
public final class ReasoningDecoder {

  /** The longest thought, and the most text of events that nobody has asked for. */
  static final int CHARS_MAX = 4 << 20;

  private static final int EVENTS_MAX = 65_536;

  /** Text that is read at once. */
  private static final int PIECE_CHARS = 8192;

  private final Tokenizer tokenizer;
  private final ReasoningFormat format;
  private final StringBuilder thought = new StringBuilder();
  private final Deque<ReasoningEvent> waiting = new ArrayDeque<>();
  private long waitingChars;
  private TokenDecoder text;
  private ThoughtReader reader;

  /** A decoder at the beginning of a turn. */
  public ReasoningDecoder(Tokenizer tokenizer, ReasoningFormat format) {
    this.tokenizer = tokenizer;
    this.format = format;
    text = tokenizer.decoder(false);
    reader = reader();
  }

  private ThoughtReader reader() {
    ThoughtReader.Listener events = new Events();
    return switch (format) {
      case ReasoningFormat.Tags tags -> new TaggedThoughts(tags, events);
      case ReasoningFormat.Channels _ -> new ChannelThoughts(events);
      case ReasoningFormat.None _ -> ThoughtReader.NONE;
    };
  }

  private final class Events implements ThoughtReader.Listener {
    @Override
    public void begin() {
      thought.setLength(0);
      add(new Start(), 0);
    }

    @Override
    public void text(String piece) {
      if (thought.length() + piece.length() > CHARS_MAX) {
        throw new IllegalArgumentException(
            "a thought of more than %,d characters; reset the decoder".formatted(CHARS_MAX));
      }
      thought.append(piece);
      if (waiting.peekLast() instanceof Delta before) {
        waiting.removeLast();
        add(new Delta(before.text() + piece), piece.length());
      } else {
        add(new Delta(piece), piece.length());
      }
    }

    @Override
    public void end() {
      add(new Complete(thought.toString()), thought.length());
      thought.setLength(0);
      thought.trimToSize();
    }
  }

  private void add(ReasoningEvent event, int chars) {
    if (waitingChars + chars > CHARS_MAX || waiting.size() == EVENTS_MAX) {
      throw new IllegalArgumentException(
          "%,d events with %,d characters wait to be taken; feed fewer tokens at a time"
              .formatted(waiting.size(), waitingChars));
    }
    waitingChars += chars;
    waiting.add(event);
  }

  /**
   * Reads the next tokens. Of several events the first is returned, and the others, one each, by
   * the next calls of this method, also without tokens; text that follows text is one event.
   *
   * @throws IllegalArgumentException for a token outside the vocabulary, before any is read, and
   *     for more text than is kept (4,194,304 characters)
   */
  public ReasoningEvent feed(int... tokens) {
    for (int token : tokens) {
      var _ = tokenizer.isSpecial(token);
    }
    StringBuilder piece = new StringBuilder();
    for (int token : tokens) {
      boolean isEnd = tokenizer.specialIds().endsGeneration(token);
      if (isEnd) {
        read(piece);
        reader.accept(text.accept(token), true);
        text = tokenizer.decoder(false);
      } else {
        piece.append(text.accept(token));
        if (piece.length() > PIECE_CHARS) {
          read(piece);
        }
      }
    }
    read(piece);
    ReasoningEvent next = waiting.poll();
    if (next == null) {
      return new Delta("");
    }
    waitingChars -=
        switch (next) {
          case Start _ -> 0;
          case Delta delta -> delta.text().length();
          case Complete complete -> complete.text().length();
        };
    return next;
  }

  private void read(StringBuilder piece) {
    if (!piece.isEmpty()) {
      reader.accept(piece.toString(), false);
      piece.setLength(0);
    }
  }

  /** Forgets everything; the next token begins a turn. */
  public void reset() {
    thought.setLength(0);
    waiting.clear();
    waitingChars = 0;
    text = tokenizer.decoder(false);
    reader = reader();
  }

  /** How much text it keeps, in characters. */
  public long heldChars() {
    return waitingChars + thought.capacity();
  }
}
