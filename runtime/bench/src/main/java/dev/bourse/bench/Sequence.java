package dev.bourse.bench;

import dev.bourse.engine.Context;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;

/** A context that is filled token after token, as a program fills it. */
final class Sequence implements AutoCloseable {
  private static final Sampler SAMPLER = new Sampler.TopP(1, 0.95f);

  private final Context context;
  private int length;

  Sequence(Context context) {
    this(context, 0);
  }

  private Sequence(Context context, int length) {
    this.context = context;
    this.length = length;
  }

  /** A context that has tokens, at the positions from 0 on. */
  static Sequence of(Context context) {
    return new Sequence(context, context.length());
  }

  /** Tokens that mean nothing, the same for the same seed. */
  static int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 300, 1000).toArray();
  }

  Context context() {
    return context;
  }

  /** Computes {@code tokens}, commits the pages that are full, and draws the token that follows. */
  int append(int... tokens) throws InterruptedException, ExecutionException {
    int next = compute(tokens);
    commit();
    return next;
  }

  /** Commits the pages that are full. */
  void commit() throws InterruptedException {
    context.commitWorkingPages(context.workingTokens() / context.tokensPerPage());
  }

  /** As {@link #append}, and commits nothing. */
  int compute(int... tokens) throws InterruptedException, ExecutionException {
    int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
    if (room < tokens.length) {
      context.reserveWorkingPages(Math.ceilDiv(tokens.length - room, context.tokensPerPage()));
    }
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> length + i);
    ForwardRequest request =
        ForwardRequest.builder().input(tokens, positions).read(SAMPLER, tokens.length - 1).build();
    length += tokens.length;
    return ((Slot.Token) context.forward(request).get().slots().getFirst()).id();
  }

  /**
   * Computes {@code prompt} and generates.
   *
   * @return {@code count} tokens; the last one is drawn, but not computed
   */
  int[] generate(int[] prompt, int count) throws InterruptedException, ExecutionException {
    int[] drawn = new int[count];
    drawn[0] = append(prompt);
    for (int i = 1; i < count; i++) {
      drawn[i] = append(drawn[i - 1]);
    }
    return drawn;
  }

  Sequence fork() throws InterruptedException {
    return new Sequence(context.fork(), length);
  }

  @Override
  public void close() {
    context.destroy();
  }
}
