package dev.bourse.scheduler;

/**
 * A scheduling policy: who computes, and who stays in memory.
 *
 * @param name as {@code --policy} takes it
 */
public record Policy(String name, Planner planner, Residency residency) {}
