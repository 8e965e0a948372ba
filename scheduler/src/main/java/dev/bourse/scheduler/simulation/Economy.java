package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.PageBids;
import dev.bourse.scheduler.simulation.Trace.Tenant;

/** What a policy that takes money is told besides the questions that all policies are asked. */
interface Economy {
  /** A policy without money. */
  Economy NONE = new Economy() {};

  /** Opens an account for a tenant. */
  default int open(int index, Tenant tenant) {
    return index;
  }

  /** Micro-credits an account has. */
  default long balance(int account) {
    return 0;
  }

  /** What a context offers for a slot whose author bids nothing of its own. */
  default long defaultSlotBid(SimulatedContext context) {
    return 0;
  }

  /** What a context offers for a page and step whose author bids nothing of its own. */
  default long defaultPageBid(SimulatedContext context) {
    return 0;
  }

  /** Time has passed: charges those that hold pages. */
  default void passed(long ticks, PageBids holders) {}

  /** Whether {@link #passed} looks at the holders. */
  default boolean chargesRent() {
    return false;
  }

  /** Micro-credits all have paid so far, for slots and for pages. */
  default long revenue() {
    return 0;
  }

  /** Checks that no credit was lost or made. */
  default void check() {}
}
