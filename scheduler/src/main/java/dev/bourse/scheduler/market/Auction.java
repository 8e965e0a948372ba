package dev.bourse.scheduler.market;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import dev.bourse.scheduler.TurnQueue;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Sells the token slots of a step.
 *
 * <p><b>Levels.</b> Bids are rounded down to {@link Levels}, by default powers of two, and 0. A
 * higher level goes first; on one level it is first come first served ({@link TurnQueue}). So
 * equals see exactly FCFS, and no churn from balances that differ by a hair: an auction of
 * unrounded bids drags turns out that were nearly done, and was measured at twice the mean slowdown
 * of FCFS near saturation.
 *
 * <p><b>Guarantee lane.</b> One slot of {@code laneShare} goes, for nothing, to contexts that
 * waited for {@code waitSteps} or longer: the one that waited longest first, {@code laneQuantum}
 * tokens to each. What the lane leaves goes to the market. Whoever becomes the n-th of those that
 * waited too long was served after
 *
 * <pre>waitSteps + ⌈n · laneQuantum · laneShare / slots⌉</pre>
 *
 * steps at the latest, whatever others bid: nobody gets in front of it, each of the n takes at most
 * a quantum and then is last, and in m steps the lane has at least ⌊m · slots / laneShare⌋ slots.
 * (Where slots cannot be divided by the share, the remainder is carried to the next step; so even
 * steps of one slot have a lane.)
 *
 * <p><b>Payments</b> are those of Vickrey, Clarke and Groves: an account pays for its x units what
 * the next x units below the cut, those of other accounts, would have paid for them, each the price
 * of its level. Nobody is excluded, nobody pays. Because tokens divide and are all alike, greedy is
 * optimal and this exact; because an account's contexts are one bidder, they do not raise its own
 * price, and an account gains nothing by bidding anything but what its tokens are worth to it on
 * these levels, nor by splitting into several (Vickrey 1961; Yokoo, Sakurai, Matsubara 2004). All
 * that is excluded is at or below the level of all that is served, so no row pays more than it
 * bids.
 *
 * <p>Cost: O(n + C log n) for n rows and C slots: bids are counted by level, and only the level at
 * the cut needs an order. Allocates only to grow.
 */
public final class Auction {
  private static final int NONE = -1;

  private final int laneShare;
  private final Levels levels;

  /** Units that are not served, by level; while the cut is looked for, all units. */
  private final long[] units;

  /** Of those, units of the account that pays. */
  private final long[] own;

  /** Levels of which units are excluded, the highest first. */
  private final int[] excluded;

  private final GuaranteeLane lane;
  private final TurnQueue equals = new TurnQueue();
  private final StepPlan without = new StepPlan();

  private Demands demands = new Demands();
  private int slots;
  private int laneSlots;
  private int laneRemainder;
  private long slotPrice;

  /** The rows that take part. */
  private int[] rows = new int[64];

  private int size;
  private int[] levelOf = new int[64];
  private int[] laneTokens = new int[64];

  /** The rows of an account, as a list. */
  private int[] nextRow = new int[64];

  private int[] firstRow = new int[64];
  private int excludedLevels;

  /** Where on the excluded levels the account that pays is, and how many units of it are paid. */
  private int at;

  private long paid;

  public Auction(MarketConfig config) {
    laneShare = config.laneShare();
    lane = new GuaranteeLane(config);
    levels = new Levels(config.levelsPerDoubling());
    units = new long[levels.count()];
    own = new long[levels.count()];
    excluded = new int[levels.count()];
    Arrays.fill(firstRow, NONE);
  }

  /**
   * Plans a step.
   *
   * @param newDemands with bids that their accounts can pay; accounts are numbered from 0, densely
   * @param newSlots tokens the step computes at most
   * @param plan is cleared and filled with grants and payments
   */
  public void run(Demands newDemands, int newSlots, StepPlan plan) {
    demands = newDemands;
    slots = newSlots;
    long carried = (long) slots + laneRemainder;
    laneSlots = (int) (carried / laneShare);
    laneRemainder = (int) (carried % laneShare);
    sell(plan, account -> false);
    slotPrice = excludedLevels == 0 ? 0 : levels.price(excluded[0]);
  }

  /**
   * Micro-credits one more slot would have brought in the last run: the highest bid that was
   * excluded, rounded; 0 without contention.
   */
  public long slotPrice() {
    return slotPrice;
  }

  /**
   * Micro-credits that all together would have paid in the last run if some accounts had demanded
   * nothing (Cavallo 2006: what they get back of that depends on nothing they do). It may be more
   * than was paid: who is served without bidding for it takes demand out of the market. The demands
   * must be those of the last run.
   *
   * @param absent which accounts
   */
  public long revenueWithout(IntPredicate absent) {
    return sell(without, absent);
  }

  /** Plans a step in which some accounts are absent; returns what is paid. */
  private long sell(StepPlan plan, IntPredicate absent) {
    plan.clear(demands.size());
    list(absent);
    lane.serve(demands, rows, size, laneSlots, plan);
    serve(plan);
    return charge(plan);
  }

  /** Lists the rows of those that are not absent, all of them and by account. */
  private void list(IntPredicate absent) {
    if (rows.length < demands.size()) {
      int capacity = Math.max(demands.size(), rows.length * 2);
      rows = new int[capacity];
      levelOf = new int[capacity];
      laneTokens = new int[capacity];
      nextRow = new int[capacity];
    }
    size = 0;
    for (int row = 0; row < demands.size(); row++) {
      int account = demands.account(row);
      if (!absent.test(account)) {
        rows[size++] = row;
        if (account >= firstRow.length) {
          int accounts = firstRow.length;
          firstRow = Arrays.copyOf(firstRow, Math.max(account + 1, accounts * 2));
          Arrays.fill(firstRow, accounts, firstRow.length, NONE);
        }
        nextRow[row] = firstRow[account];
        firstRow[account] = row;
      }
    }
  }

  /** Grants what the lane leaves to the highest levels, and counts what is excluded. */
  private void serve(StepPlan plan) {
    Arrays.fill(units, 0);
    int lowest = units.length - 1;
    for (int i = 0; i < size; i++) {
      int row = rows[i];
      levelOf[row] = levels.of(demands.bid(row));
      laneTokens[row] = plan.tokensOf(row);
      lowest = Math.min(lowest, levelOf[row]);
      units[levelOf[row]] += demands.tokens(row) - laneTokens[row];
    }
    int left = slots - plan.tokens();
    int cut = units.length - 1;
    while (cut > lowest && units[cut] <= left) {
      left -= (int) units[cut];
      units[cut] = 0;
      cut--;
    }
    units[cut] = Math.max(units[cut] - left, 0);
    equals.clear(demands);
    for (int i = 0; i < size; i++) {
      int row = rows[i];
      int rest = demands.tokens(row) - plan.tokensOf(row);
      if (rest > 0 && levelOf[row] == cut) {
        equals.add(row);
      } else if (rest > 0 && levelOf[row] > cut) {
        plan.grant(row, rest, 0);
      }
    }
    equals.serve(left, plan);
    excludedLevels = 0;
    for (int level = cut; level >= lowest; level--) {
      if (units[level] > 0) {
        excluded[excludedLevels++] = level;
      }
    }
  }

  /** Has every account pay, and takes the lists of rows apart; returns what is paid in all. */
  private long charge(StepPlan plan) {
    long revenue = 0;
    boolean free = excludedLevels == 0 || excluded[0] == 0;
    for (int grant = 0; grant < plan.size(); grant++) {
      int account = demands.account(plan.row(grant));
      if (!free && firstRow[account] != NONE) {
        revenue += charge(plan, account);
        firstRow[account] = NONE;
      }
    }
    for (int i = 0; i < size; i++) {
      firstRow[demands.account(rows[i])] = NONE;
    }
    return revenue;
  }

  /** Has the rows of an account pay for what the market, not the lane, gave them. */
  private long charge(StepPlan plan, int account) {
    for (int row = firstRow[account]; row != NONE; row = nextRow[row]) {
      own[levelOf[row]] += demands.tokens(row) - plan.tokensOf(row);
    }
    at = 0;
    paid = 0;
    long sum = 0;
    for (int row = firstRow[account]; row != NONE; row = nextRow[row]) {
      int bought = plan.tokensOf(row) - laneTokens[row];
      if (bought > 0) {
        long payment = displaced(bought);
        plan.charge(plan.grantOf(row), payment);
        sum += payment;
      }
    }
    for (int row = firstRow[account]; row != NONE; row = nextRow[row]) {
      own[levelOf[row]] = 0;
    }
    return sum;
  }

  /** What the next units that the account displaced would have paid. */
  private long displaced(int bought) {
    long payment = 0;
    long left = bought;
    while (left > 0 && at < excludedLevels) {
      int level = excluded[at];
      long taken = Math.min(units[level] - own[level] - paid, left);
      payment += taken * levels.price(level);
      left -= taken;
      paid += taken;
      if (left > 0) {
        at++;
        paid = 0;
      }
    }
    return payment;
  }
}
