package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestOutput;
import java.util.List;

/** The outputs of a forward pass, numbered from 0 in the order they were asked for. */
public final class ForwardOutput {
  private final int[] acceptedDrafts;
  private final List<SlotOutput> slots;
  private final List<Observation> observations;
  private final Receipt receipt;

  /**
   * @param wanted outputs that were asked for; those before them are drafts that were right
   */
  ForwardOutput(GuestOutput output, int wanted) {
    int accepted = output.slots().size() - wanted;
    this.acceptedDrafts = new int[accepted];
    for (int i = 0; i < accepted; i++) {
      acceptedDrafts[i] = ((SlotOutput.Token) output.slots().get(i)).id();
    }
    this.slots = List.copyOf(output.slots().subList(accepted, output.slots().size()));
    this.observations = List.copyOf(output.observations());
    this.receipt = output.receipt();
  }

  /** The drafts that were right, which are part of the context now. */
  public int[] acceptedDrafts() {
    return acceptedDrafts.clone();
  }

  /** All outputs. */
  public List<SlotOutput> slots() {
    return slots;
  }

  /** What the pass took: what was computed, and what was there already. */
  public Receipt receipt() {
    return receipt;
  }

  /** What {@link Forward#observe} tells: one observation for each token drawn, in their order. */
  public List<Observation> observations() {
    return observations;
  }

  /** The token drawn by the first output. */
  public int token() {
    return token(0);
  }

  /** The token drawn by output {@code slot}. */
  public int token(int slot) {
    if (slot(slot) instanceof SlotOutput.Token token) {
      return token.id();
    }
    throw mismatch(slot, "a token");
  }

  /** The most probable tokens at output {@code slot}. */
  public SlotOutput.Distribution distribution(int slot) {
    if (slot(slot) instanceof SlotOutput.Distribution found) {
      return found;
    }
    throw mismatch(slot, "a distribution");
  }

  /** The raw logits at output {@code slot}, one per token id. */
  public float[] logits(int slot) {
    if (slot(slot) instanceof SlotOutput.Logits logits) {
      return logits.values();
    }
    throw mismatch(slot, "logits");
  }

  /** The log-probabilities at output {@code slot}, in the order asked for. */
  public float[] logprobs(int slot) {
    if (slot(slot) instanceof SlotOutput.Logprobs logprobs) {
      return logprobs.values();
    }
    throw mismatch(slot, "logprobs");
  }

  /** The entropy at output {@code slot}, in nats. */
  public float entropy(int slot) {
    if (slot(slot) instanceof SlotOutput.Entropy entropy) {
      return entropy.nats();
    }
    throw mismatch(slot, "an entropy");
  }

  private SlotOutput slot(int slot) {
    if (slot < 0 || slot >= slots.size()) {
      throw new IllegalArgumentException(
          "this pass has " + slots.size() + " outputs; there is no output " + slot);
    }
    return slots.get(slot);
  }

  private IllegalArgumentException mismatch(int slot, String wanted) {
    return new IllegalArgumentException(
        "output "
            + slot
            + " is not "
            + wanted
            + ": it is "
            + slots.get(slot).getClass().getSimpleName());
  }
}
