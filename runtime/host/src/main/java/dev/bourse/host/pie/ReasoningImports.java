package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.text.instruct.ReasoningDecoder;
import dev.bourse.text.instruct.ReasoningEvent;

/** {@code pie:instruct/reasoning}: the decoder of a model's thoughts. */
public final class ReasoningImports {
  private ReasoningImports() {}

  private static final int START = 0;
  private static final int DELTA = 1;
  private static final int COMPLETE = 2;

  /** A decoder of thoughts that a guest holds, and what it keeps. */
  private static final class Decoder {
    private final ReasoningDecoder decoder;
    private final HeldText held;

    Decoder(Guest guest, ReasoningDecoder decoder) {
      this.decoder = decoder;
      held = new HeldText(guest);
    }

    Case feed(int[] tokens) {
      try {
        return switch (decoder.feed(tokens)) {
          case ReasoningEvent.Start _ -> new Case(START, Unit.UNIT);
          case ReasoningEvent.Delta delta -> new Case(DELTA, delta.text());
          case ReasoningEvent.Complete complete -> new Case(COMPLETE, complete.text());
        };
      } finally {
        held.count(decoder.heldChars());
      }
    }

    Unit reset() {
      decoder.reset();
      held.count(decoder.heldChars());
      return Unit.UNIT;
    }

    void close() {
      held.count(0);
    }
  }

  private static final ResourceType<Decoder> DECODER =
      ResourceType.of("decoder", Decoder.class, Decoder::close);

  public static ImportModule module() {
    return new ImportModule("pie:instruct/reasoning")
        .function(
            "create-decoder",
            borrow(ModelImports.MODEL),
            own(DECODER),
            (guest, m) -> value(() -> new Decoder(guest, m.chat().instruct().reasoningDecoder())))
        .function(
            "[method]decoder.feed",
            borrow(DECODER),
            U32_LIST,
            // variant event { start, delta(string), complete(string) }
            result(variant(UNIT, STRING, STRING)),
            (guest, decoder, tokens) -> EngineCalls.attempt(() -> decoder.feed(tokens)))
        .function(
            "[method]decoder.reset", borrow(DECODER), UNIT, (guest, decoder) -> decoder.reset())
        .drop(DECODER);
  }
}
