package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.market.SharedPages;
import dev.bourse.scheduler.simulation.Trace.Tenant;

/** What a policy that takes money is told besides the questions that all policies are asked. */
interface Economy {
  /** A policy without money. */
  Economy NONE = new Economy() {};

  /** Opens an account for a tenant; accounts are numbered as tenants are. */
  default int open(int index, Tenant tenant) {
    return index;
  }

  /** Whether there is money, and whoever holds pages is to be told to it. */
  default boolean takesMoney() {
    return false;
  }

  /** Micro-credits an account has. */
  default long balance(int account) {
    return 0;
  }

  /** What a context offers for each of so many slots whose author bids nothing of its own. */
  default long defaultSlotBid(SimulatedContext context, EngineModel engine, int tokens) {
    return 0;
  }

  /** What a context offers for a page and tick whose author bids nothing of its own. */
  default long defaultPageBid(SimulatedContext context, EngineModel engine) {
    return 0;
  }

  /** What a bid for pages counts as, given what its account has. */
  default long pageBid(int account, long bid, int pages) {
    return bid;
  }

  /** An agent has begun to use an account. */
  default void began(int account) {}

  /** An agent uses an account no more. */
  default void ended(int account) {}

  /** A context's turn has ended, after so many ticks. */
  default void turnEnded(SimulatedContext context, long ticks) {}

  /**
   * Time has passed: charges those that hold pages.
   *
   * @param waiting claims that could not be served
   * @param pages all that are held, if somebody waits
   */
  default void passed(int ticks, PageBids waiting, SharedPages pages) {}

  /** Micro-credits an account has paid for pages. */
  default long rentPaid(int account) {
    return 0;
  }

  /** Checks that no credit was lost or made. */
  default void check() {}
}
