package dev.bourse.host.java;

import dev.bourse.sdk.Thought;
import dev.bourse.sdk.ToolDecoder.Call;
import dev.bourse.sdk.TurnPiece;
import dev.bourse.sdk.spi.GuestReasoningDecoder;
import dev.bourse.sdk.spi.GuestToolDecoder;
import dev.bourse.sdk.spi.GuestTurnDecoder;
import dev.bourse.text.instruct.ReasoningDecoder;
import dev.bourse.text.instruct.ReasoningEvent;
import dev.bourse.text.instruct.ToolDecoder;
import dev.bourse.text.instruct.ToolEvent;
import dev.bourse.text.instruct.TurnDecoder;
import dev.bourse.text.instruct.TurnEvent;
import java.util.List;
import java.util.Optional;

/** The SDK's view of the decoders of calls and thoughts, in the host's own JVM. */
final class JavaDecoders {
  private JavaDecoders() {}

  /** Finds calls. */
  record Tools(JavaRuntime runtime, ToolDecoder decoder) implements GuestToolDecoder {
    @Override
    public Optional<Call> feed(int... tokens) {
      return runtime.call(
          () ->
              decoder.feed(tokens) instanceof ToolEvent.Call call
                  ? Optional.of(new Call(call.name(), call.arguments()))
                  : Optional.empty());
    }

    @Override
    public void reset() {
      decoder.reset();
    }

    /** The collector frees it. */
    @Override
    public void close() {}
  }

  /** Takes a turn apart. */
  record Turn(JavaRuntime runtime, TurnDecoder decoder) implements GuestTurnDecoder {
    @Override
    public List<TurnPiece> feed(int... tokens) {
      return runtime.call(() -> pieces(decoder.feed(tokens)));
    }

    @Override
    public List<TurnPiece> finish() {
      return runtime.call(() -> pieces(decoder.finish()));
    }

    private static List<TurnPiece> pieces(List<TurnEvent> events) {
      return events.stream().map(Turn::piece).toList();
    }

    private static TurnPiece piece(TurnEvent event) {
      return switch (event) {
        case TurnEvent.Text text -> new TurnPiece.Text(text.text());
        case TurnEvent.Thought thought -> new TurnPiece.Thought(thought.text());
        case TurnEvent.Call call -> new TurnPiece.Call(call.name(), call.arguments());
      };
    }

    /** The collector frees it. */
    @Override
    public void close() {}
  }

  /** Finds thoughts. */
  record Reasoning(JavaRuntime runtime, ReasoningDecoder decoder) implements GuestReasoningDecoder {
    @Override
    public Thought feed(int... tokens) {
      return runtime.call(
          () ->
              switch (decoder.feed(tokens)) {
                case ReasoningEvent.Start _ -> new Thought.Start();
                case ReasoningEvent.Delta delta -> new Thought.Delta(delta.text());
                case ReasoningEvent.Complete complete -> new Thought.Complete(complete.text());
              });
    }

    @Override
    public void reset() {
      decoder.reset();
    }

    /** The collector frees it. */
    @Override
    public void close() {}
  }
}
