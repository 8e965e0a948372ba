package dev.bourse.sdk.wasm;

import dev.bourse.sdk.BudgetExhaustedException;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Mask;
import dev.bourse.sdk.Observation;
import dev.bourse.sdk.Payment;
import dev.bourse.sdk.Probe;
import dev.bourse.sdk.Readout;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.SlotOutput;
import dev.bourse.sdk.TokenBias;
import dev.bourse.sdk.spi.ForwardRequest;
import dev.bourse.sdk.spi.GuestOutput;
import dev.bourse.sdk.spi.GuestPass;
import dev.bourse.sdk.spi.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One forward pass: a {@code forward-pass} resource from its constructor to its drop, then the
 * {@code future-output}.
 */
final class WasmForward {
  /** Room for everything of an output but long lists. */
  private static final int OUTPUT_BYTES = 1 << 10;

  /** Room for one number per token id of the largest vocabularies in use. */
  private static final int VOCABULARY_BYTES = 4 * (320 << 10);

  private static final int SLOT_BYTES = 20;

  /** Room for a hidden state of the widest models in use. */
  private static final int HIDDEN_BYTES = 4 * (16 << 10);

  /** An {@code option} of five 32-bit numbers. */
  private static final int RECEIPT_BYTES = 24;

  private final Arena arena;
  private final int model;
  private final int pass;

  WasmForward(Arena arena, int model, int context) {
    this.arena = arena;
    this.model = model;
    this.pass = ForwardImports.create(model);
    ForwardImports.context(pass, context);
  }

  GuestPass start(ForwardRequest request) {
    try {
      input(request.tokens(), request.positions(), ForwardImports::inputTokens);
      if (request.drafts().length > 0) {
        input(request.drafts(), request.draftPositions(), ForwardImports::drafts);
      }
      request
          .adapter()
          .ifPresent(used -> ForwardImports.adapter(pass, ((WasmAdapter) used).handle()));
      masks(request.attentionMask(), ForwardImports::attentionMask);
      masks(request.draftMasks(), ForwardImports::draftLogitMasks);
      request.logitMask().ifPresent(this::logits);
      request
          .constraint()
          .ifPresent(matcher -> GrammarImports.constrain(pass, ((WasmMatcher) matcher).handle()));
      ForwardImports.seed(pass, request.seed() & 0xFFFFFFFFL);
      for (Slot slot : request.slots()) {
        attach(slot, request.seed());
      }
      request.bias().ifPresent(this::bias);
      request.observedTokens().ifPresent(top -> ForwardImports.observe(pass, top));
      int future = execute(request.tokens().length + request.drafts().length);
      return () -> await(future, request);
    } finally {
      ForwardImports.drop(pass);
    }
  }

  /** Appends tokens. Called with the arena open: it must not allocate. */
  private interface Tokens {
    void append(int pass, int tokens, int tokenCount, int positions, int positionCount);
  }

  /** Sets masks, one for each of some tokens. As above. */
  private interface Masks {
    void set(int pass, int rows, int count);
  }

  private void input(int[] tokens, int[] positions, Tokens to) {
    arena.begin(8 * tokens.length);
    int tokensAt = arena.putInts(tokens);
    int positionsAt = arena.putInts(positions);
    int base = arena.open();
    to.append(pass, base + tokensAt, tokens.length, base + positionsAt, positions.length);
  }

  private void masks(List<Mask> masks, Masks to) {
    if (masks.isEmpty()) {
      return;
    }
    int count = masks.size();
    int[][] runs = new int[count][];
    int room = 8 * count;
    for (int i = 0; i < count; i++) {
      runs[i] = masks.get(i).runs();
      room += 4 * runs[i].length;
    }
    arena.begin(room);
    int rows = arena.area(8 * count, 4);
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = arena.putInts(runs[i]);
    }
    int base = arena.open();
    for (int i = 0; i < count; i++) {
      arena.storeInt(rows + 8 * i, base + offsets[i]);
      arena.storeInt(rows + 8 * i + 4, runs[i].length);
    }
    to.set(pass, base + rows, count);
  }

  private void logits(Mask mask) {
    int[] runs = mask.runs();
    arena.begin(4 * runs.length);
    int runsAt = arena.putInts(runs);
    int base = arena.open();
    ForwardImports.logitMask(pass, base + runsAt, runs.length);
  }

  private void bias(TokenBias bias) {
    int[] tokens = bias.tokens();
    float[] amounts = bias.amounts();
    arena.begin(8 * tokens.length);
    int tokensAt = arena.putInts(tokens);
    int amountsAt = arena.area(4 * amounts.length, 4);
    for (int i = 0; i < amounts.length; i++) {
      arena.storeInt(amountsAt + 4 * i, bits(amounts[i]));
    }
    int base = arena.open();
    ForwardImports.bias(pass, base + tokensAt, tokens.length, base + amountsAt, amounts.length);
  }

  private void attach(Slot slot, int seed) {
    switch (slot.readout()) {
      case Sampler.Greedy() -> attach(slot, 0, 0, seed, 0);
      case Sampler.Multinomial(float t) -> attach(slot, 0, bits(t), seed, 0);
      case Sampler.TopK(float t, int k) -> attach(slot, 1, bits(t), k, 0);
      case Sampler.TopP(float t, float p) -> attach(slot, 2, bits(t), bits(p), 0);
      case Sampler.MinP(float t, float p) -> attach(slot, 3, bits(t), bits(p), 0);
      case Sampler.TopKTopP(float t, int k, float p) -> attach(slot, 4, bits(t), k, p);
      case Probe.Embedding() -> attach(slot, 5, 0, 0, 0);
      case Probe.Distribution(float t, int k) -> attach(slot, 6, bits(t), k, 0);
      case Probe.RawLogits() -> attach(slot, 7, 0, 0, 0);
      case Probe.Logprobs(List<Integer> tokens) -> attachLogprobs(slot, tokens);
      case Probe.Entropy() -> attach(slot, 10, 0, 0, 0);
    }
  }

  private void attach(Slot slot, int sampler, int first, int second, float third) {
    arena.begin(4);
    int indices = arena.putInts(slot.index());
    int base = arena.open();
    ForwardImports.sampler(pass, base + indices, 1, sampler, first, second, third);
  }

  private void attachLogprobs(Slot slot, List<Integer> tokens) {
    int count = tokens.size();
    arena.begin(4 + 4 * count);
    int indices = arena.putInts(slot.index());
    int list = arena.area(4 * count, 4);
    for (int i = 0; i < count; i++) {
      arena.storeInt(list + 4 * i, tokens.get(i));
    }
    int base = arena.open();
    ForwardImports.sampler(pass, base + indices, 1, 9, base + list, count, 0);
  }

  private int execute(int tokens) {
    arena.begin(WasmRuntime.SHORT_TEXT_BYTES);
    int result = arena.area(12, 4);
    int base = arena.open();
    ForwardImports.execute(pass, base + result);
    if (arena.u8(result) != 0) {
      throw refused(arena.string(result + 4), tokens);
    }
    return arena.i32(result + 4);
  }

  /** The ABI says only in words what is wrong; whether it is the budget, the budget tells. */
  private InferletException refused(String reason, int tokens) {
    OptionalLong left = new WasmMarket(arena).account(model).tokensLeft();
    return left.isPresent() && left.getAsLong() < tokens
        ? new BudgetExhaustedException(reason)
        : new InferletException(reason);
  }

  private GuestOutput await(int future, ForwardRequest request) {
    WasmRuntime.await(ForwardImports.outputPollable(future));
    Receipt receipt = receipt(future);
    List<Observation> observations =
        request.observedTokens().isPresent()
            ? observations(future, request.observedTokens().getAsInt(), request.slots().size())
            : List.of();
    int room = OUTPUT_BYTES + SLOT_BYTES * request.drafts().length;
    for (Slot slot : request.slots()) {
      room += roomFor(slot.readout());
    }
    arena.begin(room);
    int result = arena.area(28, 4);
    int base = arena.open();
    ForwardImports.outputGet(future, base + result);
    ForwardImports.dropOutput(future);
    if (arena.u8(result) == 0) {
      throw new IllegalStateException("the host reported an output as ready but has none");
    }
    int first = arena.pointer(result + 4);
    int count = arena.i32(result + 8);
    List<SlotOutput> outputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      outputs.add(output(first + SLOT_BYTES * i));
    }
    return new GuestOutput(outputs, observations, receipt);
  }

  /** An {@code option<list<tuple<list<u32>, list<f32>>>>}. */
  private List<Observation> observations(int future, int top, int draws) {
    arena.begin(OUTPUT_BYTES + draws * (32 + 8 * (1 + top)));
    int result = arena.area(12, 4);
    int base = arena.open();
    ForwardImports.observations(future, base + result);
    int count = arena.i32(result + 8);
    List<Observation> observations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int each = arena.pointer(result + 4) + 16 * i;
      observations.add(
          new Observation(arena.ints(each), arena.floats(each + 8, arena.i32(each + 12))));
    }
    return observations;
  }

  private Receipt receipt(int future) {
    Payment payment = new WasmMarket(arena).payment(future);
    arena.begin(RECEIPT_BYTES);
    int result = arena.area(RECEIPT_BYTES, 4);
    int base = arena.open();
    ForwardImports.receipt(future, base + result);
    return new Receipt(
        arena.i32(result + 4),
        arena.i32(result + 8),
        arena.i32(result + 12),
        arena.i32(result + 16),
        arena.i32(result + 20),
        payment);
  }

  /** A slot-output: the discriminant, then at 4 its payload. */
  private SlotOutput output(int at) {
    int payload = at + 4;
    return switch (arena.u8(at)) {
      case 0 -> new SlotOutput.Token(arena.i32(payload));
      case 1 ->
          new SlotOutput.Distribution(
              arena.ints(payload), arena.floats(payload + 8, arena.i32(payload + 12)));
      case 2 -> new SlotOutput.Logits(arena.floats(payload, arena.i32(payload + 4) / 4));
      case 3 -> new SlotOutput.Logprobs(arena.floats(payload, arena.i32(payload + 4)));
      case 4 -> new SlotOutput.Entropy(arena.f32(payload));
      case 5 -> new SlotOutput.Embedding(arena.floats(payload, arena.i32(payload + 4) / 4));
      default -> throw new IllegalStateException("unknown kind of output: " + arena.u8(at));
    };
  }

  private static int roomFor(Readout readout) {
    int lists =
        switch (readout) {
          case Probe.Distribution(float t, int k) -> k == 0 ? 2 * VOCABULARY_BYTES : 8 * k;
          case Probe.RawLogits() -> VOCABULARY_BYTES;
          case Probe.Embedding() -> HIDDEN_BYTES;
          case Probe.Logprobs(List<Integer> tokens) -> 4 * tokens.size();
          default -> 0;
        };
    return 32 + lists;
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }
}
