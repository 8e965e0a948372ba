package dev.bourse.bench;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.engine.EngineProcess;
import dev.bourse.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many contexts that begin alike, each computed by a program that knows nothing of the others. */
final class SharedPrefix {
  private static final int CONTEXTS = 64;
  private static final int PREFIX_TOKENS = 2048;
  private static final int OWN_TOKENS = 32;

  private SharedPrefix() {}

  static void report(Report report, Model model) throws InterruptedException, ExecutionException {
    report.title("%d contexts with one prefix of %,d tokens".formatted(CONTEXTS, PREFIX_TOKENS));
    report.header(
        "come", "tokens in all", "pages for them", "pages in use", "tokens computed", "seconds");
    run(report, model, "one, then the others", 1);
    run(report, model, "all at once", 0);
  }

  private static void run(Report report, Model model, String come, int first)
      throws InterruptedException, ExecutionException {
    int length = PREFIX_TOKENS + OWN_TOKENS;
    try (Engine engine = Engine.start(model, EngineConfig.defaults(CONTEXTS * (length + 16)));
        ExecutorService programs = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Integer>> prompts = new ArrayList<>();
      for (int i = 0; i < CONTEXTS; i++) {
        EngineProcess process = engine.openProcess("prefix-" + i);
        int[] own = Sequence.tokens(i + 1, OWN_TOKENS);
        prompts.add(() -> new Sequence(process.newContext()).append(prompt(own)));
      }
      long begin = System.nanoTime();
      join(programs.invokeAll(prompts.subList(0, first)));
      join(programs.invokeAll(prompts.subList(first, CONTEXTS)));
      double seconds = (System.nanoTime() - begin) / 1e9;
      Engine.PageUse use = engine.pageUse();
      report.row(
          "%s | %,d | %,d | %,d | %,d | %.2f",
          come,
          CONTEXTS * length,
          CONTEXTS * Math.ceilDiv(length, engine.config().pageTokens()),
          use.pages() - use.free(),
          engine.statistics().tokens(),
          seconds);
    }
  }

  private static int[] prompt(int[] own) {
    int[] prompt = new int[PREFIX_TOKENS + own.length];
    System.arraycopy(Sequence.tokens(0, PREFIX_TOKENS), 0, prompt, 0, PREFIX_TOKENS);
    System.arraycopy(own, 0, prompt, PREFIX_TOKENS, own.length);
    return prompt;
  }

  private static void join(List<Future<Integer>> drawn)
      throws InterruptedException, ExecutionException {
    for (Future<Integer> token : drawn) {
      token.get();
    }
  }
}
