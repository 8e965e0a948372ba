/**
 * Decides, every step, whose tokens are computed.
 *
 * <p>Laws: a planner is a pure function of what it was told (demands, capacity, receipts): no
 * clock, no randomness, no threads, no I/O. The same history gives the same plans, byte for byte.
 */
@NullMarked
package dev.bourse.scheduler;

import org.jspecify.annotations.NullMarked;
