package dev.bourse.bench;

import dev.bourse.engine.Context;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardRequest;
import dev.bourse.engine.Sampler;
import dev.bourse.engine.Slot;
import dev.bourse.engine.StepStatistics;
import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prefill and decode with the engine called directly, no inferlet between. */
final class EngineRates {
  private static final Sampler GREEDY = new Sampler.Multinomial(0, 0);
  private static final int REPEATS = 15;

  private final Model model;

  EngineRates(Model model) {
    this.model = model;
  }

  /** Median tokens a second of a prompt of {@code tokens} tokens. */
  double prefill(int tokens) throws InterruptedException, ExecutionException {
    double[] rates = new double[REPEATS];
    EngineConfig config = EngineConfig.defaults(16 * tokens).withStep(tokens, tokens);
    try (Engine engine = Engine.start(model, config)) {
      for (int i = -REPEATS; i < REPEATS; i++) {
        try (EngineProcess process = engine.openProcess("prefill")) {
          Context context = process.newContext();
          long begin = System.nanoTime();
          feed(context, prompt(i, tokens), 0);
          if (i >= 0) {
            rates[i] = tokens * 1e9 / (System.nanoTime() - begin);
          }
        }
      }
    }
    Arrays.sort(rates);
    return rates[REPEATS / 2];
  }

  /**
   * A decode loop on each of {@code contexts} contexts at once.
   *
   * @param tokensPerSecond of all contexts together
   * @param statistics of the measured part
   * @param nanos wall time of the measured part
   */
  record Decode(double tokensPerSecond, StepStatistics statistics, long nanos) {
    /** Microseconds between two tokens of one context. */
    double microsPerStep() {
      return nanos / 1e3 / statistics.steps();
    }
  }

  /** Decodes {@code tokens} tokens a context, after a warm-up as long. */
  Decode decode(int contexts, int tokens) throws InterruptedException, ExecutionException {
    try (Engine engine = Engine.start(model, EngineConfig.defaults(contexts * (2 * tokens + 64)));
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> warmUp = new ArrayList<>();
      List<Callable<Void>> measured = new ArrayList<>();
      EngineProcess process = engine.openProcess("decode");
      for (int i = 0; i < contexts; i++) {
        Context context = process.newContext();
        int[] prompt = prompt(i, 16);
        warmUp.add(() -> decodeLoop(context, feed(context, prompt, 0), 16, tokens));
        measured.add(() -> decodeLoop(context, 0, 16 + tokens, tokens));
      }
      join(executor.invokeAll(warmUp));
      StepStatistics before = engine.statistics();
      long begin = System.nanoTime();
      join(executor.invokeAll(measured));
      long nanos = System.nanoTime() - begin;
      StepStatistics spent = Shares.difference(engine.statistics(), before);
      process.close();
      return new Decode(contexts * tokens * 1e9 / nanos, spent, nanos);
    }
  }

  private static void join(List<Future<Void>> futures)
      throws InterruptedException, ExecutionException {
    for (Future<Void> future : futures) {
      future.get();
    }
  }

  private static @org.jspecify.annotations.Nullable Void decodeLoop(
      Context context, int first, int position, int tokens)
      throws InterruptedException, ExecutionException {
    int token = first;
    for (int i = 0; i < tokens; i++) {
      token = feed(context, new int[] {token}, position + i);
      int full = context.workingTokens() / context.tokensPerPage();
      if (full > 0) {
        context.commitWorkingPages(full);
      }
    }
    return null;
  }

  private static int feed(Context context, int[] tokens, int from)
      throws InterruptedException, ExecutionException {
    int room = context.workingPages() * context.tokensPerPage() - context.workingTokens();
    if (room < tokens.length) {
      context.reserveWorkingPages(Math.ceilDiv(tokens.length - room, context.tokensPerPage()));
    }
    int[] positions = new int[tokens.length];
    Arrays.setAll(positions, i -> from + i);
    ForwardRequest request =
        ForwardRequest.builder().input(tokens, positions).read(GREEDY, tokens.length - 1).build();
    return ((Slot.Token) context.forward(request).get().slots().getFirst()).id();
  }

  private int[] prompt(long seed, int length) {
    return new Random(seed).ints(length, 0, model.config().vocabularySize()).toArray();
  }
}
