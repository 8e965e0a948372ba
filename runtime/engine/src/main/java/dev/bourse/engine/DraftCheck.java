package dev.bourse.engine;

import org.jspecify.annotations.Nullable;

/**
 * The draw of a pass that carries drafts, or wants some proposed: at the last input row, then at
 * each draft for as long as the one before was drawn. (Leviathan et al., "Fast Inference from
 * Transformers via Speculative Decoding", 2023; here a draft is right if it is the very token that
 * the sampler draws, so that the text is that of decoding token by token.)
 *
 * <p>Every row is drawn under its own mask. Where the pass has one for the first row only, no draft
 * is taken: nobody knows what is allowed behind it.
 */
final class DraftCheck {
  private final ForwardRequest request;
  private final PendingForward.Output output;
  private int accepted;
  private int token;
  private boolean done;

  private DraftCheck(ForwardRequest request, PendingForward.Output output) {
    this.request = request;
    this.output = output;
  }

  /** Null if there is nothing to check and to propose, or no single draw to do so from. */
  static @Nullable DraftCheck of(ForwardRequest request) {
    if (request.drafts() == 0 && !request.proposesDrafts()) {
      return null;
    }
    DraftCheck found = null;
    int slot = 0;
    for (ForwardRequest.Readout readout : request.readouts()) {
      for (int row : readout.rows()) {
        if (readout.sampler().draws()) {
          if (found != null || row != request.inputs() - 1) {
            return null;
          }
          found = new DraftCheck(request, new PendingForward.Output(slot, readout.sampler()));
        }
        slot++;
      }
    }
    return found;
  }

  /** The slot of the last token drawn. */
  int slot() {
    return output.slot();
  }

  Sampler sampler() {
    return output.sampler();
  }

  /** Whether a row may still be drawn from, after those before it. */
  boolean mayReach(int row) {
    return !done && row >= request.inputs() - 1;
  }

  /** Whether a row is the next to be drawn from. */
  boolean isNext(int row) {
    return !done && row == request.inputs() - 1 + accepted;
  }

  /** The next row gave a token. */
  void drew(int drawn) {
    int draft = request.inputs() + accepted;
    if (draft < request.size() && request.token(draft) == drawn && mayFollow(draft)) {
      accepted++;
    } else {
      token = drawn;
      done = true;
    }
  }

  /** Whether it is known what is allowed behind a draft, and anything is. */
  private boolean mayFollow(int draft) {
    int[][] masks = request.draftLogitMasks();
    return masks == null
        ? request.logitMask() == null
        : !Brle.isEmpty(masks[draft - request.inputs()]);
  }

  /** Whether the last token is drawn. */
  boolean isDone() {
    return done;
  }

  /** Drafts that were right. */
  int accepted() {
    return accepted;
  }

  /** The token drawn behind them. */
  int token() {
    return token;
  }
}
