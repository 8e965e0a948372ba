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

  /** What a context offers for a slot whose author bids nothing of its own. */
  default long defaultSlotBid(SimulatedContext context) {
    return 0;
  }

  /** What a context offers for a page and tick whose author bids nothing of its own. */
  default long defaultPageBid(SimulatedContext context) {
    return 0;
  }

  /** What a bid for pages counts as, given what its account has. */
  default long pageBid(int account, long bid, int pages) {
    return bid;
  }

  /** A context's turn has ended. */
  default void turnEnded(long context) {}

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
