package dev.bourse.engine;

import dev.bourse.scheduler.market.Tick;

/**
 * What a step cost, in credits.
 *
 * @param step number of the step, from 1; 0 before the first
 * @param slots tokens it could compute at most
 * @param wanted tokens that were wanted
 * @param tokens tokens it computed
 * @param waiting contexts that wanted some and got none
 * @param slotPrice what one token slot more would have brought; 0 without contention
 * @param pagePrice rent for each page and step; 0 while nobody waits for memory
 * @param revenue all that was paid
 */
public record Price(
    long step,
    int slots,
    long wanted,
    int tokens,
    int waiting,
    double slotPrice,
    double pagePrice,
    double revenue) {
  static Price of(Tick tick) {
    return new Price(
        tick.step(),
        tick.slots(),
        tick.wanted(),
        tick.tokens(),
        tick.waiting(),
        Credits.of(tick.slotPrice()),
        Credits.of(tick.rent()),
        Credits.of(tick.revenue()));
  }
}
