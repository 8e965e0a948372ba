/**
 * Decides, every step, whose tokens are computed and whose pages stay in memory.
 *
 * <p>Laws: a policy is a pure function of what it was told: no clock, no randomness, no threads, no
 * I/O; time is an argument. The same history gives the same plans, byte for byte.
 *
 * <p>What a policy is asked comes in columns ({@link dev.bourse.scheduler.Demands}, {@link
 * dev.bourse.scheduler.PageBids}) that are filled anew for every step and never grow smaller, so
 * that planning for thousands of contexts allocates nothing.
 */
@NullMarked
package dev.bourse.scheduler;

import org.jspecify.annotations.NullMarked;
