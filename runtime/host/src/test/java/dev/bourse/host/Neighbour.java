package dev.bourse.host;

import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A guest that draws token after token, one by one, until it is told to stop. */
final class Neighbour implements AutoCloseable {
  private static final int CONTEXT_TOKENS = 200;

  private final AbiHost host;
  private final InferletProcess process;
  private final AtomicBoolean mayEnd = new AtomicBoolean();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong steps = new AtomicLong();

  Neighbour(AbiHost host) {
    this.host = host;
    this.process = host.start(Limits.DEFAULT, this::decode);
  }

  private void decode(AbiCalls calls) {
    while (!mayEnd.get()) {
      int context = Samples.context(calls);
      for (long position = 0; position < CONTEXT_TOKENS && !mayEnd.get(); position++) {
        draw(calls, context, position);
        calls.reset();
      }
      calls.call("pie:core/context [resource-drop]context", context);
    }
  }

  private void draw(AbiCalls calls, int context, long position) {
    int model = Samples.model(calls);
    Object pass = calls.call("pie:core/inference [constructor]forward-pass", model);
    if (position % 16 == 0) {
      calls.call(Samples.RESERVE, context, 1L);
    }
    calls.call("pie:core/inference [method]forward-pass.context", pass, context);
    calls.call(
        "pie:core/inference [method]forward-pass.input-tokens",
        pass,
        List.of(position + 1),
        List.of(position));
    calls.call(
        "pie:core/inference [method]forward-pass.sampler",
        pass,
        List.of(0L),
        new Case(0, new Object[] {0.0f, 1L}));
    Object future = ((Case) calls.call(Samples.EXECUTE, pass)).payload();
    Object ready = calls.call("pie:core/inference [method]future-output.pollable", future);
    calls.call("wasi:io/poll@0.2 [method]pollable.block", ready);
    Case receipt = (Case) calls.call("bourse:inference [method]future-output.receipt", future);
    steps.addAndGet((Long) ((Object[]) receipt.payload())[4]);
    tokens.incrementAndGet();
    calls.call("wasi:io/poll@0.2 [resource-drop]pollable", ready);
    calls.call("pie:core/inference [resource-drop]future-output", future);
    calls.call("pie:core/inference [resource-drop]forward-pass", pass);
    calls.call("pie:core/model [resource-drop]model", model);
  }

  /** Waits until it has drawn {@code count} more, and tells how many tokens a step gave it. */
  double tokensPerStep(int count) throws InterruptedException {
    long tokensBefore = tokens.get();
    long stepsBefore = steps.get();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (tokens.get() < tokensBefore + count) {
      if (System.nanoTime() > deadline || process.outcome().isDone()) {
        throw new AssertionError(
            "the neighbour got %d tokens and is %s"
                .formatted(tokens.get() - tokensBefore, process));
      }
      Thread.sleep(1);
    }
    return (double) (tokens.get() - tokensBefore) / (steps.get() - stepsBefore);
  }

  /** Ends it, which must be of its own accord. */
  @Override
  public void close() throws Exception {
    mayEnd.set(true);
    var outcome = process.outcome().get(60, TimeUnit.SECONDS);
    if (!AbiHost.isOver(outcome)) {
      throw new AssertionError("the neighbour came to harm: " + outcome);
    }
    AbiHost.untilZero(
        "pages in use", () -> host.engine().pageUse().pages() - host.engine().pageUse().free());
  }
}
