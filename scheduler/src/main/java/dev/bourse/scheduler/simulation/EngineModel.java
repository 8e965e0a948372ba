package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.CostModel;
import java.util.List;

/**
 * The machine that is simulated.
 *
 * @param pageTokens tokens a KV page holds
 * @param pages of the pool; 0 for what the workload's {@code memoryLoad} says
 * @param spillPages the second tier holds
 * @param pageMicros to write one page there, or to read it back, microseconds
 * @param slots tokens one step computes at most
 * @param chunk tokens of one context one step computes at most
 * @param baseMicros of a step, whatever it computes, microseconds
 * @param tokenMicros for each token it computes
 * @param kvMicros for each token whose keys and values it reads
 * @param reserve pages a context asks for at once while it decodes
 */
public record EngineModel(
    int pageTokens,
    int pages,
    int spillPages,
    double pageMicros,
    int slots,
    int chunk,
    double baseMicros,
    double tokenMicros,
    double kvMicros,
    int reserve) {

  /** About an accelerator with a model of 8B parameters: an empty step takes 8 ms, a full 12 ms. */
  public static final EngineModel DEFAULT =
      new EngineModel(16, 0, 1 << 20, 80, 256, 128, 8_000, 16, 0.02, 4);

  public EngineModel withPages(int newPages) {
    return new EngineModel(
        pageTokens,
        newPages,
        spillPages,
        pageMicros,
        slots,
        chunk,
        baseMicros,
        tokenMicros,
        kvMicros,
        reserve);
  }

  void problems(List<String> problems) {
    atLeast("page-tokens", pageTokens, 1, problems);
    atLeast("pages", pages, 0, problems);
    atLeast("spill-pages", spillPages, 0, problems);
    atLeast("slots", slots, 1, problems);
    atLeast("chunk", chunk, 1, problems);
    atLeast("reserve", reserve, 1, problems);
    notNegative("page-micros", pageMicros, problems);
    notNegative("token-micros", tokenMicros, problems);
    notNegative("kv-micros", kvMicros, problems);
    if (!(baseMicros >= 1)) {
      problems.add("engine.base-micros is %s: a step takes at least 1".formatted(baseMicros));
    }
  }

  private static void atLeast(String name, int value, int least, List<String> problems) {
    if (value < least) {
      problems.add("engine.%s is %d: it must be at least %d".formatted(name, value, least));
    }
  }

  private static void notNegative(String name, double value, List<String> problems) {
    if (!(value >= 0)) {
      problems.add("engine.%s is %s: it must not be negative".formatted(name, value));
    }
  }

  CostModel costModel() {
    return new CostModel(baseMicros, tokenMicros, kvMicros);
  }

  /** Microseconds of one step, a whole number so that time is exact. */
  long stepMicros(int tokens, long kvTokens) {
    return (long) Math.ceil(baseMicros + tokenMicros * tokens + kvMicros * kvTokens);
  }

  int pagesFor(int tokens) {
    return (tokens + pageTokens - 1) / pageTokens;
  }

  /** Whether writing a page and reading it back is faster than computing its tokens again. */
  boolean prefersSpilling() {
    return 2 * pageMicros < pageTokens * (tokenMicros + baseMicros / slots);
  }

  /**
   * The part of the engine's time a turn takes when every step is full: what offered load is
   * measured in.
   *
   * @param before tokens the context has
   */
  double workMicros(int before, int prompt, int output) {
    double tokens = prompt + output;
    double read = 0;
    for (int at = 0; at < prompt; at += chunk) {
      read += before + Math.min(prompt, at + chunk);
    }
    read += output * (before + prompt + (output + 1) / 2.0);
    return tokens * (baseMicros / slots + tokenMicros) + kvMicros * read;
  }

  /** What a turn takes on an engine that does nothing else, everything it has being in memory. */
  long idealMicros(int before, int prompt, int output) {
    long micros = 0;
    int most = Math.min(chunk, slots);
    int computed = before;
    for (int left = prompt; left > 0; ) {
      int tokens = Math.min(most, left);
      left -= tokens;
      computed += tokens;
      micros += stepMicros(tokens, computed);
    }
    for (int token = 0; token < output; token++) {
      micros += stepMicros(1, ++computed);
    }
    return micros;
  }
}
