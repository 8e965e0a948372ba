package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.BudgetExhaustedException;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.FinishReason;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Observation;
import dev.bourse.sdk.TextPieces;
import dev.bourse.sdk.TurnDecoder;
import dev.bourse.sdk.TurnPiece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One of the answers, while it is generated. */
final class Choice implements AutoCloseable {
  private final int index;
  private final Context context;
  private final Request request;
  private final Events events;
  private final boolean fork;
  private final Generator generator;
  private final StopText stop;
  private final TextPieces raw;
  private final @Nullable TurnDecoder decoder;
  private final Deque<Observed> observed = new ArrayDeque<>();
  private final List<TurnPiece> toTell = new ArrayList<>();
  private int calls;
  private int thoughtTokens;
  private long textChars;
  private long toldChars;
  private boolean exhausted;
  private boolean over;

  /** A token of the text, and where in it the token began. */
  private record Observed(Observation observation, long begin) {}

  /**
   * A choice.
   *
   * @param fork whether the context is this choice's own, to be closed with it
   */
  Choice(int index, Context context, Request request, Events events, boolean fork) {
    this.index = index;
    this.context = context;
    this.request = request;
    this.events = events;
    this.fork = fork;
    Model model = context.model();
    generator = request.generator(context, index);
    stop = new StopText(request.stops());
    raw = model.textPieces();
    decoder = request.isRaw() ? null : model.turnDecoder(request.mayCall());
    if (request.echo()) {
      String prompt = model.decode(context.tokens());
      textChars = prompt.length();
      say(prompt);
    }
  }

  Context context() {
    return context;
  }

  boolean isFork() {
    return fork;
  }

  int tokens() {
    return generator.generatedTokens();
  }

  int thoughtTokens() {
    return thoughtTokens;
  }

  /** Has the next token computed, together with those of other choices. */
  void start() {
    try {
      generator.start();
    } catch (BudgetExhaustedException e) {
      if (tokens() == 0) {
        throw e;
      }
      // What was generated so far is an answer that was cut off.
      exhausted = true;
    }
  }

  /** Takes the next token; whether there may be more. */
  boolean take() {
    OptionalInt next = exhausted ? OptionalInt.empty() : generator.nextToken();
    TurnDecoder turn = decoder;
    if (next.isEmpty()) {
      read(turn == null ? List.of(new TurnPiece.Text(raw.finish())) : turn.finish());
      say(stop.finish());
      return false;
    }
    int token = next.getAsInt();
    generator.observation().ifPresent(seen -> observed.add(new Observed(seen, textChars)));
    read(turn == null ? List.of(new TurnPiece.Text(raw.add(token))) : turn.feed(token));
    return !over;
  }

  /** Decides what of the next pieces is to be told, and whether they end the answer. */
  private void read(List<TurnPiece> pieces) {
    boolean thinks = false;
    for (TurnPiece piece : pieces) {
      switch (piece) {
        case TurnPiece.Text(String text) -> {
          textChars += text.length();
          say(stop.accept(text));
          over = over || stop.isStopped();
        }
        case TurnPiece.Thought thought -> {
          thinks = true;
          toTell.add(thought);
        }
        case TurnPiece.Call call -> {
          toTell.add(call);
          over = over || request.callsOnce();
        }
      }
    }
    thoughtTokens += thinks ? 1 : 0;
  }

  private void say(String text) {
    if (!text.isEmpty()) {
      toTell.add(new TurnPiece.Text(text));
    }
  }

  /** Tells what is certain. */
  void tell() {
    for (TurnPiece piece : toTell) {
      switch (piece) {
        case TurnPiece.Text(String text) -> {
          toldChars += text.length();
          events.text(index, text, context.model(), observations());
        }
        case TurnPiece.Thought(String text) -> {
          observed.clear();
          events.thought(index, text);
        }
        case TurnPiece.Call(String name, String arguments) -> {
          observed.clear();
          if (calls == 0 || !request.callsOnce()) {
            events.call(index, calls, name, arguments);
          }
          calls++;
        }
      }
    }
    toTell.clear();
  }

  /** Those of the tokens that begin in what has been told. */
  private Optional<List<Observation>> observations() {
    if (!request.observes()) {
      return Optional.empty();
    }
    List<Observation> list = new ArrayList<>();
    while (!observed.isEmpty() && observed.peek().begin() < toldChars) {
      list.add(observed.remove().observation());
    }
    return Optional.of(list);
  }

  /** Tells why it ended. */
  void finish() {
    String reason;
    if (stop.isStopped()) {
      reason = "stop";
    } else if (calls > 0) {
      reason = "tool_calls";
    } else {
      boolean cut =
          exhausted || generator.finishReason().filter(FinishReason.LENGTH::equals).isPresent();
      reason = cut ? "length" : "stop";
    }
    events.finish(index, reason);
  }

  @Override
  public void close() {
    TurnDecoder turn = decoder;
    if (turn != null) {
      turn.close();
    }
    if (fork) {
      context.close();
    }
  }
}
