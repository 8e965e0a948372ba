package dev.bourse.scheduler.simulation;

/**
 * Sums of a run.
 *
 * @param steps there were
 * @param endMicros when the last agent ended
 * @param computedTokens in all steps
 * @param cachedTokens that were found because somebody else had computed them
 * @param recomputedTokens that had been computed before and were dropped
 * @param busyMicros in which a step ran
 * @param idleMicros in which nobody could compute
 * @param meanPages that were held, on average over ticks
 * @param evictions contexts that had to leave memory
 * @param spilledPages written to the second tier
 * @param restoredPages read back from it
 * @param starved how often a context waited so long for a slot that the market promises one
 * @param worstOfBound the longest of these waits, as a part of what the market promises
 */
public record Totals(
    long steps,
    long endMicros,
    long computedTokens,
    long cachedTokens,
    long recomputedTokens,
    long busyMicros,
    long idleMicros,
    double meanPages,
    long evictions,
    long spilledPages,
    long restoredPages,
    int starved,
    double worstOfBound) {}
