package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.abi.WitTypes.Pair;
import dev.bourse.host.process.GrammarSource;
import dev.bourse.host.process.ServedModel;
import dev.bourse.text.instruct.CallFormat;
import dev.bourse.text.instruct.ToolDecoder;
import dev.bourse.text.instruct.ToolEvent;
import dev.bourse.text.instruct.TurnDecoder;
import dev.bourse.text.instruct.TurnEvent;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code pie:instruct/tool-use}: tools under the model's template, and the decoder of its calls;
 * and {@code bourse:instruct}.
 */
public final class ToolImports {
  private ToolImports() {}

  private static final int START = 0;
  private static final int CALL = 1;

  /** A decoder of calls that a guest holds, and what it keeps. */
  private static final class Decoder {
    private final ToolDecoder decoder;
    private final HeldText held;

    Decoder(Guest guest, ToolDecoder decoder) {
      this.decoder = decoder;
      held = new HeldText(guest);
    }

    Case feed(int[] tokens) {
      try {
        return switch (decoder.feed(tokens)) {
          case ToolEvent.Start _ -> new Case(START, Unit.UNIT);
          case ToolEvent.Call call -> new Case(CALL, new Pair<>(call.name(), call.arguments()));
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

  /** A decoder of a whole turn that a guest holds, and what it keeps. */
  private static final class Turn {
    private final TurnDecoder decoder;
    private final HeldText held;

    Turn(Guest guest, TurnDecoder decoder) {
      this.decoder = decoder;
      held = new HeldText(guest);
    }

    List<Case> tell(Supplier<List<TurnEvent>> events) {
      try {
        return events.get().stream().map(ToolImports::lower).toList();
      } finally {
        held.count(decoder.heldChars());
      }
    }

    void close() {
      held.count(0);
    }
  }

  private static Case lower(TurnEvent event) {
    return switch (event) {
      case TurnEvent.Text text -> new Case(0, text.text());
      case TurnEvent.Thought thought -> new Case(1, thought.text());
      case TurnEvent.Call call -> new Case(2, new Pair<>(call.name(), call.arguments()));
    };
  }

  private static final ResourceType<Turn> TURN =
      ResourceType.of("turn-decoder", Turn.class, Turn::close);

  /** {@code list<variant event { text(string), thought(string), call(tuple<string, string>) }>}. */
  private static final WitType<List<Case>> TURN_EVENTS =
      list(variant(STRING, STRING, tuple(STRING, STRING)));

  private static final ResourceType<Decoder> DECODER =
      ResourceType.of("decoder", Decoder.class, Decoder::close);

  public static ImportModule module() {
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    WitType<List<String>> tools = list(STRING);
    return new ImportModule("pie:instruct/tool-use")
        .function(
            "equip",
            model,
            tools,
            result(U32_LIST),
            (guest, m, descriptions) ->
                EngineCalls.attempt(() -> m.chat().instruct().equip(descriptions)))
        .function(
            "answer",
            model,
            STRING,
            STRING,
            U32_LIST,
            (guest, m, name, text) -> value(() -> m.chat().instruct().answer(name, text)))
        .function(
            "create-decoder",
            model,
            own(DECODER),
            (guest, m) -> value(() -> new Decoder(guest, m.chat().instruct().toolDecoder())))
        .function(
            "format",
            model,
            tools,
            option(own(GuestMatcher.Source.TYPE)),
            (guest, m, descriptions) -> value(() -> format(guest, m, descriptions)))
        .function(
            "create-matcher",
            model,
            tools,
            own(GuestMatcher.TYPE),
            (guest, m, descriptions) ->
                value(() -> GuestMatcher.of(guest, GrammarSource.calls(m, descriptions), m)))
        .function(
            "[method]decoder.feed",
            borrow(DECODER),
            U32_LIST,
            // variant event { start, call(tuple<string, string>) }
            result(variant(UNIT, tuple(STRING, STRING))),
            (guest, decoder, tokens) -> EngineCalls.attempt(() -> decoder.feed(tokens)))
        .function(
            "[method]decoder.reset", borrow(DECODER), UNIT, (guest, decoder) -> decoder.reset())
        .drop(DECODER);
  }

  /** None where the template does not say how to call a tool, or not with a JSON object. */
  private static Optional<GuestMatcher.Source> format(
      Guest guest, ServedModel model, List<String> tools) {
    return model.chat().instruct().calls().filter(CallFormat::hasJsonArguments).isEmpty()
            || tools.isEmpty()
        ? Optional.empty()
        : Optional.of(new GuestMatcher.Source(guest, GrammarSource.calls(model, tools)));
  }

  public static ImportModule extension() {
    return new ImportModule("bourse:instruct")
        .function(
            "system-equip",
            borrow(ModelImports.MODEL),
            STRING,
            list(STRING),
            result(U32_LIST),
            (guest, m, system, descriptions) ->
                EngineCalls.attempt(() -> m.chat().instruct().equip(system, descriptions)))
        .function(
            "create-matcher",
            borrow(ModelImports.MODEL),
            list(STRING),
            result(own(GuestMatcher.TYPE)),
            (guest, m, descriptions) ->
                EngineCalls.attempt(
                    () -> GuestMatcher.of(guest, GrammarSource.calls(m, descriptions), m)))
        .function(
            "calling",
            borrow(ModelImports.MODEL),
            STRING,
            list(tuple(STRING, STRING)),
            result(U32_LIST),
            (guest, m, text, calls) ->
                EngineCalls.attempt(
                    () ->
                        m.chat()
                            .instruct()
                            .calling(
                                text,
                                calls.stream()
                                    .map(call -> new ToolEvent.Call(call.first(), call.second()))
                                    .toList())))
        .function(
            "create-turn-decoder",
            borrow(ModelImports.MODEL),
            BOOL,
            own(TURN),
            (guest, m, hasTools) ->
                value(() -> new Turn(guest, m.chat().instruct().turnDecoder(hasTools))))
        .function(
            "[method]turn-decoder.feed",
            borrow(TURN),
            U32_LIST,
            result(TURN_EVENTS),
            (guest, turn, tokens) ->
                EngineCalls.attempt(() -> turn.tell(() -> turn.decoder.feed(tokens))))
        .function(
            "[method]turn-decoder.finish",
            borrow(TURN),
            result(TURN_EVENTS),
            (guest, turn) -> EngineCalls.attempt(() -> turn.tell(turn.decoder::finish)))
        .drop(TURN);
  }
}
