package dev.bourse.engine;

import dev.bourse.kv.PagePool;
import dev.bourse.kv.PageTable;
import dev.bourse.model.ForwardBatch;
import dev.bourse.model.ForwardPass;
import dev.bourse.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
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
    private final StepWork work;
    private final int tokens;
    private int firstBatchRow;
    private @Nullable EngineException failure;

    Part(Context context, StepWork work, int tokens) {
      this.context = context;
      this.work = work;
      this.tokens = tokens;
    }

    Context context() {
      return context;
    }

    int tokens() {
      return tokens;
    }

    /** What its tokens are for; before they are settled. */
    BatchView.Kind kind() {
      return switch (work) {
        case Recomputation _ -> BatchView.Kind.AGAIN;
        case PendingForward pending ->
            pending.next() == 0 && context.isDecode(pending.request)
                ? BatchView.Kind.DECODE
                : BatchView.Kind.PREFILL;
      };
    }

    /** Micro-credits were paid for its tokens. */
    void paid(long micros) {
      if (work instanceof PendingForward pending) {
        pending.paid(micros);
      }
      context.process().paid(micros);
    }

    /**
     * Books the tokens, or takes them back; completes the work if this was its last part.
     *
     * @param computed whether the model computed the batch
     */
    void settle(boolean computed) {
      switch (work) {
        case PendingForward pending -> settle(pending, computed);
        case Recomputation again -> {
          if (failure == null) {
            again.computed(tokens);
          } else {
            again.fail(failure);
          }
        }
      }
    }

    private void settle(PendingForward pending, boolean computed) {
      pending.computed(tokens);
      if (context.queue().peek() != pending) {
        return; // The context was destroyed meanwhile; its passes have failed already.
      }
      if (!computed) {
        context.process().returnTokens(tokens);
      }
      if (failure != null) {
        context.takeBack(failure);
        return;
      }
      boolean first = pending.next() == tokens;
      context.computed(first && context.isDecode(pending.request), tokens);
      if (pending.remaining() == 0) {
        context.finish(pending);
      }
    }
  }

  private final Model model;
  private final ForwardBatch batch = new ForwardBatch();
  private final ForwardPass pass;
  private final RowSampler sampler = new RowSampler();
  private List<Part> parts = List.of();
  private int[] frames = new int[64];
  private boolean failed;

  StepBatch(Model model, PagePool pool, int rowsMax) {
    this.model = model;
    this.pass = model.newForwardPass(pool, rowsMax);
  }

  /** Appends the parts' tokens to their contexts and lines them up. */
  void fill(List<Part> newParts) {
    parts = newParts;
    batch.clear();
    for (Part part : parts) {
      switch (part.work) {
        case PendingForward pending -> fill(part, pending);
        case Recomputation again -> fill(part, again);
      }
    }
  }

  private void fill(Part part, PendingForward pending) {
    PageTable table = part.context.table();
    pending.started();
    frames = table.copyFrames(frames);
    int sequence = batch.addSequence(frames, table.pageCount());
    part.firstBatchRow = batch.rows();
    ContextRows rows = new ContextRows(part.context, pending);
    for (int i = pending.next(); i < pending.next() + part.tokens; i++) {
      int token = rows.token(i);
      int position = rows.position(i);
      int[] mask = rows.mask(i);
      String adapter = rows.adapter(i);
      int slot = table.append(token, position, mask, adapter);
      int row = batch.addRow(sequence, token, position, slot);
      setMask(row, mask, slot);
      setAdapter(row, part.context, adapter);
      for (PendingForward.Output output : pending.outputs(i)) {
        if (output.sampler() instanceof Sampler.Embedding) {
          batch.requestHidden(row);
        } else {
          batch.requestLogits(row);
        }
      }
      DraftCheck check = pending.draftCheck();
      if (check != null && check.mayReach(i)) {
        batch.requestLogits(row);
      }
    }
  }

  private void fill(Part part, Recomputation again) {
    int sequence = batch.addSequence(again.frames(), again.frames().length);
    part.firstBatchRow = batch.rows();
    for (int i = again.next(); i < again.next() + part.tokens; i++) {
      int slot = again.slot(i);
      int row = batch.addRow(sequence, again.token(i), again.position(i), slot);
      setMask(row, again.mask(i), slot);
      setAdapter(row, part.context, again.adapter(i));
    }
  }

  private void setAdapter(int row, Context context, @Nullable String digest) {
    if (digest != null) {
      batch.setAdapter(row, context.adapters().get(digest));
    }
  }

  private void setMask(int row, int @Nullable [] mask, int slot) {
    if (mask != null) {
      batch.setMask(row, Brle.decode(mask, slot + 1));
    }
  }

  /** Whether the last forward pass failed, for all. */
  boolean failed() {
    return failed;
  }

  /** Runs the batch; returns the nanoseconds in the model. */
  long forward() {
    long begin = System.nanoTime();
    failed = false;
    try {
      pass.run(batch);
    } catch (RuntimeException | OutOfMemoryError e) {
      EngineException failure = new EngineException("the forward pass failed: " + e, e);
      failed = true;
      parts.forEach(part -> part.failure = failure);
    }
    return System.nanoTime() - begin;
  }

  /** Reads every output that was asked for. */
  void sample() {
    for (Part part : parts) {
      if (part.failure == null && part.work instanceof PendingForward pending) {
        try {
          sample(part, pending);
        } catch (EngineException e) {
          part.failure = e;
        } catch (RuntimeException | OutOfMemoryError e) {
          part.failure = new EngineException("reading the outputs failed: " + e, e);
        }
      }
    }
  }

  private void sample(Part part, PendingForward pending) {
    OptionalInt own = pending.request.seed();
    long seed = own.isPresent() ? own.getAsInt() : part.context.seed();
    for (int i = 0; i < part.tokens; i++) {
      int row = part.firstBatchRow + i;
      int input = pending.next() + i;
      for (PendingForward.Output output : pending.outputs(input)) {
        fill(pending, output.slot(), read(pending, output.sampler(), row, input, seed), row);
      }
      DraftCheck check = pending.draftCheck();
      if (check != null && check.isNext(input)) {
        Slot drawn = read(pending, check.sampler(), row, input, seed);
        check.drew(((Slot.Token) drawn).id());
        if (check.isDone()) {
          fill(pending, check.slot(), drawn, row);
        }
      }
    }
    if (part.tokens == pending.remaining()) {
      propose(part.context.table(), pending);
    }
  }

  private void fill(PendingForward pending, int slot, Slot value, int row) {
    pending.fill(slot, value);
    OptionalInt most = pending.request.observedTokens();
    if (most.isPresent() && value instanceof Slot.Token drawn) {
      pending.observe(
          slot,
          sampler.observe(
              pass.logits(),
              pass.logitsOffset(row),
              model.config().vocabularySize(),
              drawn.id(),
              most.getAsInt()));
    }
  }

  /** Looks for drafts in the context, as it will be without the drafts that were not drawn. */
  private void propose(PageTable table, PendingForward pending) {
    DraftCheck check = pending.draftCheck();
    if (check == null || !pending.request.proposesDrafts()) {
      return;
    }
    int rejected = pending.rejectedDrafts();
    int[] tokens = table.lastTokens(PromptLookup.LOOK_BACK_TOKENS + rejected);
    int kept = tokens.length - rejected;
    tokens = Arrays.copyOf(tokens, kept + 1);
    tokens[kept] = check.token();
    int[] drafts = PromptLookup.propose(tokens);
    int first = pending.request.position(pending.request.size() - 1 - rejected) + 2;
    int room = Math.max(0, model.config().contextLength() - first);
    drafts = Arrays.copyOf(drafts, Math.min(drafts.length, room));
    int[] positions = IntStream.range(first, first + drafts.length).toArray();
    pending.propose(new ForwardResult.Drafts(drafts, positions));
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
        pending.logitMask(input),
        pending.request.bias(),
        seed,
        pending.request.position(input));
  }

  @Override
  public void close() {
    pass.close();
  }
}
