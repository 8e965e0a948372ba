package dev.bourse.scheduler;

/**
 * Chooses whose pages stay in memory when it is too small for all.
 *
 * <p>The engine serves one claim for pages at a time. While the claim that is {@linkplain #next
 * next} lacks frames, it asks for a {@linkplain #victim victim} and has it leave, as long as there
 * is one. Time is in ticks: a step, or a millisecond in which there was none.
 *
 * <p>Whoever waits must get its turn: for claims that only grow older there must come a time when
 * one is next and every holder is a victim, or nobody could promise that all get on.
 */
public interface Residency {
  int NONE = -1;

  /**
   * Whose claim is served next.
   *
   * @param waiting claims, at least one
   * @return a row of it
   */
  int next(PageBids waiting);

  /**
   * Who leaves memory for a claim.
   *
   * @param waiting claims
   * @param claim the row of it that is served
   * @param holders contexts that could leave now
   * @return a row of {@code holders}, or {@link #NONE} if the claim has to wait
   */
  int victim(PageBids waiting, int claim, PageBids holders);
}
