package dev.bourse.host.pie;

import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.BYTES;
import static dev.bourse.host.abi.WitTypes.F32;
import static dev.bourse.host.abi.WitTypes.F32_LIST;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.mapped;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;
import static dev.bourse.host.abi.WitTypes.tuple;
import static dev.bourse.host.abi.WitTypes.variant;

import dev.bourse.engine.ForwardResult;
import dev.bourse.engine.Slot;
import dev.bourse.host.abi.EngineCalls;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes.Case;
import dev.bourse.host.abi.WitTypes.Pair;
import dev.bourse.host.process.GuestTrap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code pie:core/inference} and {@code bourse:inference}. */
public final class InferenceImports {
  private InferenceImports() {}

  /** The output of a forward pass that may still be running. */
  public record FutureOutput(CompletableFuture<ForwardResult> value, Guest guest, long bytes) {
    public static final ResourceType<FutureOutput> TYPE =
        ResourceType.of("future-output", FutureOutput.class, FutureOutput::close);

    /** Counts the output no longer, once the engine has let go of it as well. */
    private void close() {
      CompletableFuture<ForwardResult> _ =
          value.whenComplete(
              (result, failure) -> {
                guest.letGo(bytes);
                guest.futures().giveBack(1);
              });
    }
  }

  static final ResourceType<PassBuilder> PASS =
      ResourceType.of("forward-pass", PassBuilder.class, PassBuilder::close);

  private static final WitType<Pair<int[], float[]>> DISTRIBUTION = tuple(U32_LIST, F32_LIST);

  /** A token that was drawn and the most probable ones, and how probable each is. */
  private static final WitType<Pair<int[], float[]>> OBSERVATION = tuple(U32_LIST, F32_LIST);

  private static final WitType<Slot> SLOT =
      mapped(
          variant(U32, DISTRIBUTION, BYTES, F32_LIST, F32, BYTES),
          InferenceImports::lower,
          ignored -> {
            throw new IllegalStateException("guests pass no slots");
          });

  /** {@code record output { slots, spec-tokens, spec-positions }}. */
  private static final WitType<Object[]> OUTPUT = record(list(SLOT), U32_LIST, U32_LIST);

  /** {@code record receipt { computed, from-cache, restored, recomputed, steps }}. */
  private static final WitType<Object[]> RECEIPT = record(U32, U32, U32, U32, U32);

  /** What the standard interface does not say about a pass. */
  public static ImportModule extension() {
    return GrammarImports.addExtensionTo(new ImportModule("bourse:inference"))
        .function(
            "[method]forward-pass.constrain",
            borrow(PASS),
            GrammarImports.MATCHER,
            UNIT,
            (guest, pass, matcher) -> pass.constrain(matcher))
        .function(
            "[method]forward-pass.seed",
            borrow(PASS),
            U64,
            UNIT,
            (guest, pass, seed) -> pass.seed(seed))
        .function(
            "[method]forward-pass.draft-logit-masks",
            borrow(PASS),
            list(U32_LIST),
            UNIT,
            (guest, pass, masks) -> pass.draftLogitMasks(masks.toArray(int[][]::new)))
        .function(
            "[method]forward-pass.bias",
            borrow(PASS),
            U32_LIST,
            F32_LIST,
            UNIT,
            (guest, pass, tokens, amounts) -> pass.bias(tokens, amounts))
        .function(
            "[method]forward-pass.observe",
            borrow(PASS),
            U32,
            UNIT,
            (guest, pass, most) -> pass.observe(most))
        .function(
            "[method]future-output.observations",
            borrow(FutureOutput.TYPE),
            option(list(OBSERVATION)),
            (guest, future) ->
                done(future)
                    .map(
                        result ->
                            result.observations().stream()
                                .map(seen -> new Pair<>(seen.tokens(), seen.logprobs()))
                                .toList()))
        .function(
            "[method]future-output.receipt",
            borrow(FutureOutput.TYPE),
            option(RECEIPT),
            (guest, future) -> done(future).map(result -> receipt(result.receipt())));
  }

  public static ImportModule inference() {
    WitType<PassBuilder> self = borrow(PASS);
    ImportModule module = MediaImports.addInputs(new ImportModule("pie:core/inference"), PASS);
    return GrammarImports.addTo(module)
        .function(
            "[constructor]forward-pass", borrow(ModelImports.MODEL), own(PASS), PassBuilder::new)
        .function(
            "[method]forward-pass.context",
            self,
            borrow(ContextImports.CONTEXT),
            UNIT,
            (guest, pass, context) -> pass.context(context))
        .function(
            "[method]forward-pass.input-tokens",
            self,
            U32_LIST,
            U32_LIST,
            UNIT,
            (guest, pass, tokens, positions) -> pass.input(tokens, positions))
        .function(
            "[method]forward-pass.input-speculative-tokens",
            self,
            U32_LIST,
            U32_LIST,
            UNIT,
            (guest, pass, tokens, positions) -> pass.drafts(tokens, positions))
        .function(
            "[method]forward-pass.output-speculative-tokens",
            self,
            BOOL,
            UNIT,
            (guest, pass, wanted) -> pass.proposeDrafts(wanted))
        .function(
            "[method]forward-pass.pass-speculation",
            self,
            BOOL,
            UNIT,
            // Nothing is drafted that the guest did not pass: there is nothing to switch off.
            (guest, pass, allowed) -> Unit.UNIT)
        .function(
            "[method]forward-pass.attention-mask",
            self,
            list(U32_LIST),
            UNIT,
            (guest, pass, masks) -> pass.attentionMasks(masks.toArray(int[][]::new)))
        .function(
            "[method]forward-pass.logit-mask",
            self,
            U32_LIST,
            UNIT,
            (guest, pass, mask) -> pass.logitMask(mask))
        .function(
            "[method]forward-pass.sampler",
            self,
            U32_LIST,
            SamplerType.SAMPLER,
            UNIT,
            (guest, pass, rows, sampler) -> pass.read(rows, sampler))
        .function(
            "[method]forward-pass.adapter",
            self,
            borrow(AdapterImports.ADAPTER),
            UNIT,
            (guest, pass, adapter) -> pass.adapter(adapter))
        .function(
            "[method]forward-pass.execute",
            self,
            result(own(FutureOutput.TYPE)),
            InferenceImports::execute)
        .function(
            "[method]future-output.pollable",
            borrow(FutureOutput.TYPE),
            own(Pollable.TYPE),
            (guest, future) -> Pollable.of(future.value()))
        .function(
            "[method]future-output.get",
            borrow(FutureOutput.TYPE),
            option(OUTPUT),
            (guest, future) -> output(future))
        .drop(PASS)
        .drop(FutureOutput.TYPE);
  }

  private static Result<FutureOutput> execute(Guest guest, PassBuilder pass)
      throws InterruptedException {
    return EngineCalls.attempt(
        () -> {
          FutureOutput output = pass.execute();
          guest.process().wakeOn(output.value());
          return output;
        });
  }

  private static Optional<Object[]> output(FutureOutput future) {
    return done(future)
        .map(
            result ->
                new Object[] {
                  result.slots(), result.proposed().tokens(), result.proposed().positions()
                });
  }

  private static Object[] receipt(ForwardResult.Receipt receipt) {
    return new Object[] {
      (long) receipt.tokensComputed(),
      (long) receipt.tokensFromCache(),
      (long) receipt.tokensRestored(),
      (long) receipt.tokensRecomputed(),
      (long) receipt.steps()
    };
  }

  /**
   * A pass that failed traps: the ABI has no place for its error, and an empty output would lie.
   */
  public static Optional<ForwardResult> done(FutureOutput future) {
    if (!future.value().isDone()) {
      return Optional.empty();
    }
    try {
      return Optional.of(future.value().join());
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new GuestTrap("the forward pass failed: " + cause.getMessage());
    }
  }

  private static Case lower(Slot slot) {
    return switch (slot) {
      case Slot.Token token -> new Case(0, Integer.toUnsignedLong(token.id()));
      case Slot.Distribution d -> new Case(1, new Pair<>(d.ids(), d.probabilities()));
      case Slot.Logits logits -> new Case(2, littleEndian(logits.logits()));
      case Slot.Logprobs logprobs -> new Case(3, logprobs.values());
      case Slot.Entropy entropy -> new Case(4, entropy.nats());
      case Slot.Embedding embedding -> new Case(5, littleEndian(embedding.values()));
    };
  }

  private static byte[] littleEndian(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
