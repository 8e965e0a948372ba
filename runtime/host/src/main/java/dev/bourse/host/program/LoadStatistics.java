package dev.bourse.host.program;

/**
 * What loading programs took, since the loader was made.
 *
 * @param compiled programs that were compiled
 * @param cached programs whose code was on disk
 * @param interpreted programs that cannot be compiled
 * @param refused modules that are no programs for this host
 * @param compileNanos spent waiting for the compiler
 */
public record LoadStatistics(
    long compiled, long cached, long interpreted, long refused, long compileNanos) {}
