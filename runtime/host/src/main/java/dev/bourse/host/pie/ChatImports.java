package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.ServedModel;

/** {@code pie:instruct/chat}: turns under the model's template, and the decoder of its answers. */
public final class ChatImports {
  private ChatImports() {}

  private static final ResourceType<ChatDecoder> DECODER =
      ResourceType.of("decoder", ChatDecoder.class, ChatDecoder::close);

  public static ImportModule module() {
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    return new ImportModule("pie:instruct/chat")
        .function(
            "system",
            model,
            STRING,
            U32_LIST,
            (guest, m, text) -> value(() -> m.chat().system(text)))
        .function(
            "first-user",
            model,
            STRING,
            U32_LIST,
            (guest, m, text) -> value(() -> m.chat().firstUser(text)))
        .function(
            "user", model, STRING, U32_LIST, (guest, m, text) -> value(() -> m.chat().user(text)))
        .function(
            "system-user",
            model,
            STRING,
            STRING,
            U32_LIST,
            (guest, m, system, user) -> value(() -> m.chat().systemUser(system, user)))
        .function(
            "assistant",
            model,
            STRING,
            U32_LIST,
            (guest, m, text) -> value(() -> m.chat().assistant(text)))
        .function("cue", model, U32_LIST, (guest, m) -> value(() -> m.chat().cue()))
        .function("seal", model, U32_LIST, (guest, m) -> value(() -> m.chat().seal()))
        .function("stop-tokens", model, U32_LIST, (guest, m) -> value(() -> m.chat().stopTokens()))
        .function(
            "create-decoder",
            model,
            own(DECODER),
            (guest, m) -> value(() -> new ChatDecoder(guest, m)))
        .function(
            "[method]decoder.feed",
            borrow(DECODER),
            U32_LIST,
            // variant event { delta(string), interrupt(u32), done(string) }
            result(variant(STRING, U32, STRING)),
            (guest, decoder, tokens) -> EngineCalls.attempt(() -> decoder.feed(tokens)))
        .function(
            "[method]decoder.reset",
            borrow(DECODER),
            UNIT,
            (guest, decoder) -> {
              decoder.reset();
              return Unit.UNIT;
            })
        .drop(DECODER);
  }
}
