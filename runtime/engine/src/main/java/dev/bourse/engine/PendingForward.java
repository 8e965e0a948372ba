package dev.bourse.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass that was submitted and is not finished: how much of it is computed, and the
 * outputs read so far. Owned by whoever holds the engine's lock.
 */
final class PendingForward implements StepWork {
  /** One output to read: slot number and sampler. */
  record Output(int slot, Sampler sampler) {}

  final ForwardRequest request;
  final CompletableFuture<ForwardResult> future = new CompletableFuture<>();
  private final long @Nullable [] logitMask;
  private final int vocabulary;
  private final @Nullable DraftCheck draftCheck;
  private final long arrival;
  private final List<List<Output>> outputsByRow;
  private final @Nullable Slot[] slots;
  private ForwardResult.@Nullable Observation @Nullable [] observations;
  private final int firstOutputRow;
  private final long submittedNanos = System.nanoTime();
  private ForwardResult.Drafts proposed = ForwardResult.Drafts.NONE;
  private long startedNanos;
  private int done;
  private int reused;
  private int steps;
  private long paidMicros;

  PendingForward(ForwardRequest request, long arrival, int vocabulary) {
    this.request = request;
    this.arrival = arrival;
    this.vocabulary = vocabulary;
    this.draftCheck = DraftCheck.of(request);
    int[] mask = request.logitMask();
    this.logitMask = mask == null ? null : Brle.decode(mask, vocabulary);
    this.outputsByRow = new ArrayList<>(request.size());
    for (int row = 0; row < request.size(); row++) {
      outputsByRow.add(new ArrayList<>(1));
    }
    int slot = 0;
    int first = request.size();
    for (ForwardRequest.Readout readout : request.readouts()) {
      for (int row : readout.rows()) {
        if (draftCheck == null || draftCheck.slot() != slot) {
          outputsByRow.get(row).add(new Output(slot, readout.sampler()));
        }
        slot++;
        first = Math.min(first, row);
      }
    }
    this.slots = new Slot[slot];
    this.firstOutputRow = first;
  }

  @Override
  public long arrival() {
    return arrival;
  }

  @Override
  public int remaining() {
    return request.size() - done;
  }

  /** The first row that is neither computed nor found. */
  int next() {
    return done;
  }

  /** Rows before this one are wanted for their keys and values only, not for their logits. */
  int firstOutputRow() {
    return firstOutputRow;
  }

  List<Output> outputs(int row) {
    return outputsByRow.get(row);
  }

  /** Its draw, if drafts come into it. */
  @Nullable DraftCheck draftCheck() {
    return draftCheck;
  }

  /** Drafts that were not drawn: their tokens are about to be removed. */
  int rejectedDrafts() {
    return request.drafts() - (draftCheck == null ? 0 : draftCheck.accepted());
  }

  /** What may be sampled at a row; null for everything. */
  long @Nullable [] logitMask(int row) {
    int[][] draftMasks = request.draftLogitMasks();
    return draftMasks == null || row < request.inputs()
        ? logitMask
        : Brle.decode(draftMasks[row - request.inputs()], vocabulary);
  }

  /** Drafts for the next pass. */
  void propose(ForwardResult.Drafts drafts) {
    proposed = drafts;
  }

  /** When it was submitted, by {@link System#nanoTime}. */
  long submittedNanos() {
    return submittedNanos;
  }

  void started() {
    if (startedNanos == 0) {
      startedNanos = System.nanoTime();
    }
    steps++;
  }

  void computed(int tokens) {
    done += tokens;
  }

  /** Micro-credits were paid for tokens of it. */
  void paid(long micros) {
    paidMicros += micros;
  }

  /** The next rows were found in pages that are there already. */
  void reused(int tokens) {
    done += tokens;
    reused += tokens;
  }

  void fill(int slot, Slot value) {
    slots[slot] = value;
  }

  /** Tells of the token in a slot. */
  void observe(int slot, ForwardResult.Observation observation) {
    if (observations == null) {
      observations = new ForwardResult.Observation[slots.length];
    }
    observations[slot] = observation;
  }

  /** In the order of the slots. */
  private List<ForwardResult.Observation> observed() {
    return observations == null
        ? List.of()
        : Arrays.stream(observations).filter(Objects::nonNull).toList();
  }

  /** The tokens that were drawn, in the order of the outputs. */
  List<Integer> drawn() {
    List<Integer> tokens = new ArrayList<>();
    for (Slot.Token draft : acceptedDrafts()) {
      tokens.add(draft.id());
    }
    for (Slot slot : slots) {
      if (slot instanceof Slot.Token token) {
        tokens.add(token.id());
      }
    }
    return tokens;
  }

  private List<Slot.Token> acceptedDrafts() {
    int accepted = request.drafts() - rejectedDrafts();
    return IntStream.range(request.inputs(), request.inputs() + accepted)
        .mapToObj(row -> new Slot.Token(request.token(row)))
        .toList();
  }

  /**
   * Hands the outputs to whoever waits.
   *
   * @param restored tokens of the context that were read back for it
   * @param recomputed tokens of the context that were computed again for it
   * @param rentMicros micro-credits of rent since the pass before
   * @param dividendMicros micro-credits that its account gets for a step
   * @throws IllegalStateException if an output is missing
   */
  void complete(int restored, int recomputed, long rentMicros, long dividendMicros) {
    List<Slot> filled = new ArrayList<>(slots.length);
    filled.addAll(acceptedDrafts());
    for (Slot slot : slots) {
      if (slot == null) {
        throw new IllegalStateException("a finished pass lacks an output");
      }
      filled.add(slot);
    }
    long now = System.nanoTime();
    long queued = (startedNanos == 0 ? now : startedNanos) - submittedNanos;
    future.complete(
        new ForwardResult(
            filled,
            proposed,
            observed(),
            new ForwardResult.Receipt(
                done - reused,
                reused,
                restored,
                recomputed,
                steps,
                queued,
                now - submittedNanos,
                new ForwardResult.Payment(
                    Credits.of(paidMicros), Credits.of(rentMicros), Credits.of(dividendMicros)))));
  }
}
