package dev.bourse.scheduler;

/**
 * What a step did for one context, told to the planner afterwards.
 *
 * @param context identifies the context
 * @param tokens tokens computed
 */
public record Receipt(long context, int tokens) {}
