package dev.bourse.scheduler.market;

/**
 * What a step came to on the market.
 *
 * @param step number of the step, from 1
 * @param slots tokens it could compute at most
 * @param wanted tokens that were demanded
 * @param tokens it computed
 * @param slotPrice micro-credits one more slot would have brought: the highest bid that was
 *     excluded, rounded; 0 without contention
 * @param rent micro-credits for each page and tick
 * @param revenue micro-credits that were paid, slots and rent, since the step before
 * @param waiting contexts that got nothing
 */
public record Tick(
    long step,
    int slots,
    long wanted,
    int tokens,
    long slotPrice,
    long rent,
    long revenue,
    int waiting) {
  /** Before the first step. */
  public static final Tick BEGIN = new Tick(0, 0, 0, 0, 0, 0, 0, 0);

  /** How often the slots could have been sold: above 1, not everybody got what it wanted. */
  public double contention() {
    return slots == 0 ? 0 : (double) wanted / slots;
  }
}
