package dev.bourse.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A forward pass that was submitted and is not finished: how much of it is computed, and the
 * outputs read so far. Owned by whoever holds the engine's lock.
 */
final class PendingForward {
  /** One output to read: slot number and sampler. */
  record Output(int slot, Sampler sampler) {}

  final ForwardRequest request;
  final long arrival;
  final CompletableFuture<ForwardResult> future = new CompletableFuture<>();
  final long @Nullable [] logitMask;
  private final List<List<Output>> outputsByRow;
  private final @Nullable Slot[] slots;
  private final long submittedNanos = System.nanoTime();
  private long startedNanos;
  private int computed;
  private int steps;

  PendingForward(ForwardRequest request, long arrival, int vocabulary) {
    this.request = request;
    this.arrival = arrival;
    int[] mask = request.logitMask();
    this.logitMask = mask == null ? null : Brle.decode(mask, vocabulary);
    this.outputsByRow = new ArrayList<>(request.size());
    for (int row = 0; row < request.size(); row++) {
      outputsByRow.add(new ArrayList<>(1));
    }
    int slot = 0;
    for (ForwardRequest.Readout readout : request.readouts()) {
      for (int row : readout.rows()) {
        outputsByRow.get(row).add(new Output(slot++, readout.sampler()));
      }
    }
    this.slots = new Slot[slot];
  }

  /** Tokens still to be computed. */
  int remaining() {
    return request.size() - computed;
  }

  /** The first row that is not computed. */
  int next() {
    return computed;
  }

  List<Output> outputs(int row) {
    return outputsByRow.get(row);
  }

  void started() {
    if (steps++ == 0) {
      startedNanos = System.nanoTime();
    }
  }

  void computed(int tokens) {
    computed += tokens;
  }

  void fill(int slot, Slot value) {
    slots[slot] = value;
  }

  /** The tokens that were drawn, in the order of the outputs. */
  List<Integer> drawn() {
    List<Integer> tokens = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot instanceof Slot.Token token) {
        tokens.add(token.id());
      }
    }
    return tokens;
  }

  /**
   * Hands the outputs to whoever waits.
   *
   * @throws IllegalStateException if one is missing
   */
  void complete() {
    List<Slot> filled = new ArrayList<>(slots.length);
    for (Slot slot : slots) {
      if (slot == null) {
        throw new IllegalStateException("a finished pass lacks an output");
      }
      filled.add(slot);
    }
    long now = System.nanoTime();
    future.complete(
        new ForwardResult(
            filled,
            new ForwardResult.Receipt(
                computed, steps, startedNanos - submittedNanos, now - submittedNanos)));
  }
}
