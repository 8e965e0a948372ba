package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.tuple;

import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.WitTypes.Pair;
import dev.bourse.host.process.Inference;
import dev.bourse.host.process.ServedModel;
import dev.bourse.text.SpecialToken;
import dev.bourse.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** {@code pie:core/model}: models by name, and their tokenizers. */
public final class ModelImports {
  private ModelImports() {}

  public static final ResourceType<ServedModel> MODEL = ResourceType.of("model", ServedModel.class);

  static final ResourceType<ServedModel> TOKENIZER =
      ResourceType.of("tokenizer", ServedModel.class);

  public static ImportModule module() {
    return new ImportModule("pie:core/model")
        .function("[static]model.load", STRING, result(own(MODEL)), ModelImports::load)
        .function("[method]model.tokenizer", borrow(MODEL), own(TOKENIZER), (guest, model) -> model)
        .function(
            "[method]model.default-system-speculation",
            borrow(MODEL),
            BOOL,
            // Drafts cost token slots: who pays for them asks for them.
            (guest, model) -> false)
        .function(
            "[method]tokenizer.encode",
            borrow(TOKENIZER),
            STRING,
            U32_LIST,
            (guest, model, text) ->
                EngineCalls.value(() -> model.tokenizer().encode(text, false, false)))
        .function(
            "[method]tokenizer.decode",
            borrow(TOKENIZER),
            U32_LIST,
            result(STRING),
            (guest, model, tokens) -> EngineCalls.attempt(() -> model.decode(tokens)))
        .function(
            "[method]tokenizer.vocabs",
            borrow(TOKENIZER),
            tuple(U32_LIST, list(BYTES)),
            (guest, model) -> vocabulary(model.tokenizer()))
        .function(
            "[method]tokenizer.split-regex",
            borrow(TOKENIZER),
            STRING,
            (guest, model) -> model.tokenizer().splitRegex())
        .function(
            "[method]tokenizer.special-tokens",
            borrow(TOKENIZER),
            tuple(U32_LIST, list(BYTES)),
            (guest, model) -> specialTokens(model.tokenizer()))
        .drop(MODEL)
        .drop(TOKENIZER);
  }

  private static Result<ServedModel> load(Guest guest, String name) {
    Inference inference = guest.process().inference();
    return inference
        .model(name)
        .map(Result::ok)
        .orElseGet(() -> Result.err(Inference.noSuchModel(name, inference.modelNames())));
  }

  private static Pair<int[], List<byte[]>> vocabulary(Tokenizer tokenizer) {
    int[] ids = IntStream.range(0, tokenizer.size()).toArray();
    List<byte[]> texts = new ArrayList<>(ids.length);
    for (int id : ids) {
      texts.add(tokenizer.bytes(id));
    }
    return new Pair<>(ids, texts);
  }

  private static Pair<int[], List<byte[]>> specialTokens(Tokenizer tokenizer) {
    List<SpecialToken> tokens = tokenizer.specialTokens();
    return new Pair<>(
        tokens.stream().mapToInt(SpecialToken::id).toArray(),
        tokens.stream().map(token -> token.text().getBytes(StandardCharsets.UTF_8)).toList());
  }
}
