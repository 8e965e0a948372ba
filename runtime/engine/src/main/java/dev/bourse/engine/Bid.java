package dev.bourse.engine;

/** How a context bids. */
sealed interface Bid {
  /** The engine bids for it. */
  Bid AUTO = new Auto();

  /** The engine bids for it. */
  record Auto() implements Bid {}

  /**
   * For memory, and for token slots in proportion to the pages.
   *
   * @param micros micro-credits for each page and tick
   */
  record PerPage(long micros) implements Bid {}

  /**
   * For token slots, and for memory.
   *
   * @param slotMicros micro-credits for each token
   * @param pageMicros micro-credits for each page and tick
   */
  record Both(long slotMicros, long pageMicros) implements Bid {}
}
