package dev.bourse.engine;

import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import dev.bourse.model.ForwardBatch;
import dev.bourse.model.ForwardPass;
import dev.bourse.model.Model;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The batch of one step: filled from the plan, run, and read row by row. A part that fails does so
 * alone; a forward pass that fails takes the whole batch with it, and no context keeps half of it.
 */
final class StepBatch implements AutoCloseable {
  /**
   * One context's part of the batch.
   *
   * <p>Filled and settled with the engine's lock held, sampled without: between the two nobody else
   * touches a context in flight.
   */
  static final class Part {
    private final Context context;
    private final PendingForward pending;
    private final int tokens;
    private int firstBatchRow;
    private @Nullable EngineException failure;

    Part(Context context, PendingForward pending, int tokens) {
      this.context = context;
      this.pending = pending;
      this.tokens = tokens;
    }

    Context context() {
      return context;
    }

    int tokens() {
      return tokens;
    }

    /** Books the tokens, or takes them back; completes the pass if this was its last part. */
    void settle() {
      pending.computed(tokens);
      if (context.queue().peek() != pending) {
        return; // The context was destroyed meanwhile; its passes have failed already.
      }
      if (failure != null) {
        context.table().truncate(pending.next());
        context.fail(failure);
        return;
      }
      context.process().computed(tokens == 1 && context.isDecode(pending.request.token(0)), tokens);
      if (pending.remaining() == 0) {
        context.queue().remove();
        pending.drawn().forEach(context::drew);
        pending.complete();
      }
    }
  }

  private final Model model;
  private final ForwardBatch batch = new ForwardBatch();
  private final ForwardPass pass;
  private final RowSampler sampler = new RowSampler();
  private List<Part> parts = List.of();
  private int[] pages = new int[64];

  StepBatch(Model model, PagePool pool, int rowsMax) {
    this.model = model;
    this.pass = model.newForwardPass(pool, rowsMax);
  }

  /** Appends the parts' tokens to their contexts and lines them up. */
  void fill(List<Part> newParts) {
    parts = newParts;
    batch.clear();
    for (Part part : parts) {
      fill(part);
    }
  }

  private void fill(Part part) {
    PageTable table = part.context.table();
    PendingForward pending = part.pending;
    pending.started();
    pages = table.copyPages(pages);
    int sequence = batch.addSequence(pages, table.pageCount());
    int[][] masks = pending.request.attentionMasks();
    part.firstBatchRow = batch.rows();
    int slots = table.length() + pending.remaining();
    for (int i = pending.next(); i < pending.next() + part.tokens; i++) {
      int token = pending.request.token(i);
      int position = pending.request.position(i);
      int row = batch.addRow(sequence, token, position, table.append(token, position));
      if (masks != null) {
        batch.setMask(row, Brle.decode(masks[i], slots));
      }
      for (PendingForward.Output output : pending.outputs(i)) {
        if (output.sampler() instanceof Sampler.Embedding) {
          batch.requestHidden(row);
        } else {
          batch.requestLogits(row);
        }
      }
    }
  }

  /** Runs the batch; returns the nanoseconds in the model. */
  long forward() {
    long begin = System.nanoTime();
    try {
      pass.run(batch);
    } catch (RuntimeException | OutOfMemoryError e) {
      EngineException failure = new EngineException("the forward pass failed: " + e, e);
      parts.forEach(part -> part.failure = failure);
    }
    return System.nanoTime() - begin;
  }

  /** Reads every output that was asked for. */
  void sample() {
    for (Part part : parts) {
      if (part.failure == null) {
        try {
          sample(part);
        } catch (EngineException e) {
          part.failure = e;
        } catch (RuntimeException | OutOfMemoryError e) {
          part.failure = new EngineException("reading the outputs failed: " + e, e);
        }
      }
    }
  }

  private void sample(Part part) {
    PendingForward pending = part.pending;
    OptionalInt own = pending.request.seed();
    long seed = own.isPresent() ? own.getAsInt() : part.context.seed();
    for (int i = 0; i < part.tokens; i++) {
      int row = part.firstBatchRow + i;
      int input = pending.next() + i;
      for (PendingForward.Output output : pending.outputs(input)) {
        pending.fill(output.slot(), read(pending, output.sampler(), row, input, seed));
      }
    }
  }

  private Slot read(PendingForward pending, Sampler wanted, int row, int input, long seed) {
    if (wanted instanceof Sampler.Embedding) {
      int at = pass.hiddenOffset(row);
      float[] hidden = new float[model.config().hiddenSize()];
      System.arraycopy(pass.hidden(), at, hidden, 0, hidden.length);
      return new Slot.Embedding(hidden);
    }
    return sampler.read(
        wanted,
        pass.logits(),
        pass.logitsOffset(row),
        model.config().vocabularySize(),
        pending.logitMask,
        seed,
        pending.request.position(input));
  }

  @Override
  public void close() {
    pass.close();
  }
}
