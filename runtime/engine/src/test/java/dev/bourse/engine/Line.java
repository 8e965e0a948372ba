package dev.bourse.engine;

import dev.bourse.model.LoraAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A context with its books: positions, reservations and commits as a program would do them. */
final class Line implements AutoCloseable {
  final Context context;
  private int length;
  private @Nullable LoraAdapter adapter;

  Line(EngineProcess process) {
    this(process.newContext(), 0);
  }

  private Line(Context context, int length) {
    this.context = context;
    this.length = length;
  }

  /** Goes on after the last token of a context. */
  static Line of(Context context) {
    return new Line(context, context.length());
  }

  /** Computes what follows with an adapter, or with the model alone. */
  Line with(@Nullable LoraAdapter newAdapter) {
    adapter = newAdapter;
    return this;
  }

  private ForwardRequest.Builder request() {
    ForwardRequest.Builder request = ForwardRequest.builder();
    return adapter == null ? request : request.adapter(adapter);
  }

  /** Appends tokens and returns the outputs. */
  List<Slot> pass(int[] tokens, Sampler... atLastToken) throws Exception {
    reserveFor(tokens.length);
    int[] positions = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      positions[i] = length + i;
    }
    ForwardRequest.Builder request = request().input(tokens, positions);
    for (Sampler sampler : atLastToken) {
      request.read(sampler, tokens.length - 1);
    }
    List<Slot> slots = await(request);
    length += tokens.length;
    context.commitWorkingPages(context.workingTokens() / context.tokensPerPage());
    return slots;
  }

  List<Slot> await(ForwardRequest.Builder request) throws Exception {
    return result(request).slots();
  }

  /**
   * Runs a pass of an input and drafts, and removes the drafts that were not drawn.
   *
   * @param request everything but the tokens
   */
  ForwardResult speculate(ForwardRequest.Builder request, int[] input, int[] drafts)
      throws Exception {
    int all = input.length + drafts.length;
    reserveFor(all);
    if (adapter != null) {
      request.adapter(adapter);
    }
    request
        .input(input, IntStream.range(length, length + input.length).toArray())
        .drafts(drafts, IntStream.range(length + input.length, length + all).toArray());
    ForwardResult result = result(request);
    int accepted =
        (int) result.slots().stream().takeWhile(Slot.Token.class::isInstance).count() - 1;
    context.truncateWorkingTokens(drafts.length - accepted);
    length += input.length + accepted;
    return result;
  }

  /** Appends tokens and tells what that took. */
  ForwardResult.Receipt receiptOf(int[] tokens) throws Exception {
    reserveFor(tokens.length);
    int[] positions = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      positions[i] = length + i;
    }
    ForwardResult result = result(request().input(tokens, positions));
    length += tokens.length;
    return result.receipt();
  }

  private ForwardResult result(ForwardRequest.Builder request) throws Exception {
    try {
      return context.forward(request.build()).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof EngineException failure) {
        throw failure;
      }
      throw e;
    }
  }

  void reserveFor(int tokens) throws InterruptedException {
    int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
    if (tokens > room) {
      context.reserveWorkingPages(Math.ceilDiv(tokens - room, context.tokensPerPage()));
    }
  }

  int length() {
    return length;
  }

  /** Feeds {@code prompt}, then draws {@code count} tokens, each from the one before. */
  int[] generate(int[] prompt, int count, Sampler sampler) throws Exception {
    List<Integer> drawn = new ArrayList<>();
    int[] next = prompt;
    while (drawn.size() < count) {
      int token = ((Slot.Token) pass(next, sampler).getFirst()).id();
      drawn.add(token);
      next = new int[] {token};
    }
    return drawn.stream().mapToInt(Integer::intValue).toArray();
  }

  Line fork() throws InterruptedException {
    return new Line(context.fork(), length).with(adapter);
  }

  @Override
  public void close() {
    context.destroy();
  }
}
