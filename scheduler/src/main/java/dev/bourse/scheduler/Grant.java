package dev.bourse.scheduler;

/**
 * What a step computes for one context.
 *
 * @param context identifies the context
 * @param tokens tokens it gets, between 1 and its demand
 */
public record Grant(long context, int tokens) {}
