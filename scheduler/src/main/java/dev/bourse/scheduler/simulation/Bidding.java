package dev.bourse.scheduler.simulation;

/** How an agent bids. */
public enum Bidding {
  /** What a token slot and a page are worth to it: its value, over what it still needs. */
  TRUTHFUL,
  /** Nothing of its own: the bids an author gets who never reads about the market. */
  DEFAULT,
  /** As much as it can pay, whatever it is worth. */
  MAXIMUM,
  /** Nothing. */
  ZERO
}
