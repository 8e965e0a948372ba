package dev.bourse.scheduler.simulation;

/** What a run adds up. */
final class Counters {
  long tokens;
  long busyMicros;
  long idleMicros;
  long cachedTokens;
  long recomputedTokens;
  private long pageTicks;
  private long ticks;

  void step(int computed, long micros) {
    tokens += computed;
    busyMicros += micros;
  }

  void idle(long micros) {
    idleMicros += micros;
  }

  void memory(int pages, long passed) {
    pageTicks += pages * passed;
    ticks += passed;
  }

  Totals finish(SimulatedMemory memory, WaitWatch waits, long steps, long endMicros) {
    return new Totals(
        steps,
        endMicros,
        tokens,
        cachedTokens,
        recomputedTokens,
        busyMicros,
        idleMicros,
        ticks == 0 ? 0 : pageTicks / (double) ticks,
        memory.evictions,
        memory.spilledPages,
        memory.restoredPages,
        waits.starved(),
        waits.worst());
  }
}
