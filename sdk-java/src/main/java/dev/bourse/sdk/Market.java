package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestAccount;
import dev.bourse.sdk.spi.GuestModel;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the token slots and pages of a model cost, and what this inferlet can pay. Every method asks
 * the engine anew.
 *
 * <p>Nobody has to look at it: contexts bid by themselves, and an inferlet without credits runs as
 * well, only later than those who pay. An inferlet that can choose when to work, or how much, does
 * better when it looks:
 *
 * {@snippet :
 * Market market = model.market();
 * int branches = market.slotPrice() > 0 ? 2 : 8;
 * }
 */
public final class Market {
  /** Steps that {@link #prices} goes back at most. */
  public static final int PRICES_MAX = 1024;

  private final GuestModel guest;

  Market(GuestModel guest) {
    this.guest = guest;
  }

  /** Credits that this inferlet can spend, dividends so far among them. */
  public double balance() {
    return guest.account().balance();
  }

  /** Its part of all endowments, from 0 to 1: so much of what is paid comes back to it. */
  public double endowmentShare() {
    GuestAccount account = guest.account();
    return account.endowments() == 0 ? 0 : (double) account.endowment() / account.endowments();
  }

  /** Credits that it got lately, for each step. */
  public double dividend() {
    return guest.account().dividend();
  }

  /**
   * Tokens that it may still have computed, if it has a budget of them; those that are found in the
   * cache cost none. A pass with more is refused with a {@link BudgetExhaustedException}.
   */
  public OptionalLong tokensLeft() {
    return guest.account().tokensLeft();
  }

  /** Credits that a token slot cost in the last step; 0 if there were enough for everybody. */
  public double slotPrice() {
    return last().slotPrice();
  }

  /** Credits that a page cost in the last step; 0 if nobody waited for memory. */
  public double pagePrice() {
    return last().pagePrice();
  }

  /**
   * What the last steps sold, the latest last.
   *
   * @param steps how many to tell of; fewer are told if there were no more, or more than {@link
   *     #PRICES_MAX} are asked for
   */
  public List<Price> prices(int steps) {
    Checks.atLeast("steps", steps, 0);
    return guest.prices(Math.min(steps, PRICES_MAX));
  }

  /**
   * Lays credits by for a snapshot of the user's own to be kept in memory, where it is opened at
   * once. It pays for its pages like a context that does nothing. When the credits are spent, or
   * others bid more for the memory, it is on disk only; what is left comes back.
   *
   * @param credits instead of what was laid by before; 0 for nothing
   * @throws InferletException if there is no such snapshot, or there are not so many credits
   */
  public void fund(String snapshot, double credits) {
    guest.fundSnapshot(snapshot, credits);
  }

  /** Credits that are left for a snapshot; empty if nobody pays for it to be kept in memory. */
  public OptionalDouble funds(String snapshot) {
    return guest.snapshotFunds(snapshot);
  }

  private Price last() {
    List<Price> last = guest.prices(1);
    return last.isEmpty() ? new Price(0, 0, 0, 0, 0, 0) : last.get(0);
  }
}
