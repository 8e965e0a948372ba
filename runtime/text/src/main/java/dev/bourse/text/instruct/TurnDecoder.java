package dev.bourse.text.instruct;

import dev.bourse.text.TokenDecoder;
import dev.bourse.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes what a model generates apart, token by token: into what it says, what it thinks and which
 * tools it calls. For one turn and one thread. What may be a tag is told when it is known whether
 * it is one; what looked like a call and is none is text.
 */
public final class TurnDecoder {
  private final Tokenizer tokenizer;
  private final TokenDecoder text;
  private final TurnReader reader;

  /**
   * A decoder at the beginning of a turn.
   *
   * @param calls how calls are written; empty if none are to be found
   */
  TurnDecoder(Tokenizer tokenizer, ReasoningFormat reasoning, Optional<CallFormat> calls) {
    this.tokenizer = tokenizer;
    boolean harmony =
        reasoning instanceof ReasoningFormat.Channels
            || calls
                .filter(format -> format.call() instanceof CallFormat.CallSyntax.Harmony)
                .isPresent();
    text = tokenizer.decoder(!harmony && calls.filter(CallFormat::hasNoTags).isPresent());
    reader = harmony ? new HarmonyTurn(calls.isPresent()) : new TaggedTurn(reasoning, calls);
  }

  /**
   * Reads the next tokens of the turn, without the one that ends it.
   *
   * @return what is certain by now, in order; text that follows text is one event
   * @throws IllegalArgumentException for a token outside the vocabulary, before any is read, and
   *     for a call of more than 1,048,576 characters
   */
  public List<TurnEvent> feed(int... tokens) {
    for (int token : tokens) {
      var _ = tokenizer.isSpecial(token);
    }
    List<TurnEvent> events = new ArrayList<>();
    for (int token : tokens) {
      reader.accept(text.accept(token), event -> add(events, event));
    }
    return events;
  }

  /** What was still uncertain, at the end of the turn. The decoder is not used afterwards. */
  public List<TurnEvent> finish() {
    List<TurnEvent> events = new ArrayList<>();
    reader.accept(text.finish(), event -> add(events, event));
    reader.end(event -> add(events, event));
    return events;
  }

  private static void add(List<TurnEvent> events, TurnEvent event) {
    if (!events.isEmpty()) {
      TurnEvent last = events.getLast();
      if (last instanceof TurnEvent.Text before && event instanceof TurnEvent.Text more) {
        events.set(events.size() - 1, new TurnEvent.Text(before.text() + more.text()));
        return;
      }
      if (last instanceof TurnEvent.Thought before && event instanceof TurnEvent.Thought more) {
        events.set(events.size() - 1, new TurnEvent.Thought(before.text() + more.text()));
        return;
      }
    }
    events.add(event);
  }

  /** How much text it keeps, in characters. */
  public long heldChars() {
    return reader.heldChars();
  }
}
