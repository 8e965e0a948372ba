package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * Where payments go, and where dividends come from: the index of {@link Ledger}.
 *
 * <p>Amounts are micro-credits and <em>dust</em>, of which 2^32 are one. An index says how much
 * dust a unit of endowment has got since the beginning. It wraps around: only differences count,
 * and accounts are settled before one comes near 2^63 ({@link #mustSettleAll}).
 *
 * <p>Small tenants share an index. A big one has its own, and while it is small its column holds by
 * how much its index is ahead of the shared one, so that to grow or to shrink moves no credits.
 */
final class Treasury {
  /** A tenant is big above one in so many of all endowments: 5%. */
  static final int BIG_SHARE = 20;

  /** A distribution pays at most 2^29 micro-credits to a unit of endowment. */
  private static final int STEP_BITS = 29;

  private static final long UNSETTLED_MAX = 1L << 62;
  private static final int SMOOTHING = 6;

  private long kept;
  private long fresh;
  private long dust;

  private long endowments;
  private long index;
  private long rate;
  private long unsettled;

  private long[] endowmentOf = new long[64];
  private long[] indexOf = new long[64];
  private long[] rateOf = new long[64];
  private boolean[] isBig = new boolean[64];
  private final int[] bigs = new int[BIG_SHARE];
  private final long[] bigBases = new long[BIG_SHARE];
  private int bigCount;
  private boolean sharesChanged;

  void open(int tenant, long endowment) {
    if (tenant >= endowmentOf.length) {
      int capacity = tenant * 2;
      endowmentOf = Arrays.copyOf(endowmentOf, capacity);
      indexOf = Arrays.copyOf(indexOf, capacity);
      rateOf = Arrays.copyOf(rateOf, capacity);
      isBig = Arrays.copyOf(isBig, capacity);
    }
    endowmentOf[tenant] = 0;
    indexOf[tenant] = 0;
    isBig[tenant] = false;
    endow(tenant, endowment);
  }

  /** Changes what a tenant and all its accounts are endowed with. */
  void endow(int tenant, long change) {
    endowmentOf[tenant] += change;
    endowments += change;
    sharesChanged = true;
  }

  void close(int tenant) {
    endow(tenant, -endowmentOf[tenant]);
  }

  void receive(long amount) {
    fresh += amount;
  }

  /** What nobody else can have: dust of accounts of a tenant that is closed. */
  void receiveDust(long left) {
    dust += left;
    kept += dust >>> Dust.BITS;
    dust &= Dust.MASK;
  }

  /** Begins with what another one had. */
  void restore(long balance, long dustBeside) {
    kept = balance;
    dust = dustBeside;
  }

  long balance() {
    return kept + fresh;
  }

  long dust() {
    return dust;
  }

  long endowments() {
    return endowments;
  }

  long endowment(int tenant) {
    return endowmentOf[tenant];
  }

  /** Dust that a unit of endowment of this tenant has got, modulo 2^64. */
  long index(int tenant) {
    return isBig[tenant] ? indexOf[tenant] : index + indexOf[tenant];
  }

  /** Dust that a unit of endowment of this tenant gets lately in a distribution. */
  long rate(int tenant) {
    return isBig[tenant] ? rateOf[tenant] : rate;
  }

  /** Whether all accounts must be settled before the next distribution, lest the index overtake. */
  boolean mustSettleAll() {
    return unsettled > UNSETTLED_MAX;
  }

  void settledAll() {
    unsettled = 0;
  }

  /**
   * Turns what was received into dividends.
   *
   * @param limit all tenants are below
   */
  void distribute(RevenueWithout without, int limit) {
    if (sharesChanged) {
      findBig(limit);
    }
    long payable = payable(balance());
    for (int big = 0; big < bigCount; big++) {
      bigBases[big] = Math.min(payable, kept + Math.min(fresh, told(without, bigs[big])));
    }
    kept += fresh;
    fresh = 0;
    if (endowments == 0) {
      return;
    }
    long step = perUnit(payable);
    long small = endowments;
    for (int big = 0; big < bigCount; big++) {
      int tenant = bigs[big];
      long ownStep = perUnit(bigBases[big]);
      spend(endowmentOf[tenant], ownStep);
      indexOf[tenant] += ownStep;
      rateOf[tenant] = smooth(rateOf[tenant], ownStep);
      small -= endowmentOf[tenant];
    }
    spend(small, step);
    index += step;
    rate = smooth(rate, step);
    unsettled += step;
  }

  private static long told(RevenueWithout without, int tenant) {
    long revenue = without.revenueWithout(tenant);
    if (revenue < 0) {
      throw new IllegalArgumentException(
          "the revenue without tenant " + tenant + " is said to be " + revenue);
    }
    return revenue;
  }

  private long payable(long amount) {
    return endowments >= (Ledger.MINTED_MAX >>> STEP_BITS)
        ? amount
        : Math.min(amount, endowments << STEP_BITS);
  }

  /** {@code floor(amount * 2^32 / endowments)}, by long division in digits of 16 bits. */
  private long perUnit(long amount) {
    long high = amount / endowments;
    long rest = (amount % endowments) << 16;
    long middle = rest / endowments;
    long low = ((rest % endowments) << 16) / endowments;
    return (high << Dust.BITS) + (middle << 16) + low;
  }

  /** Takes out what {@code units} of endowment get when each gets {@code step} dust. */
  private void spend(long units, long step) {
    kept -= Dust.whole(units, step);
    dust -= Dust.rest(units, step);
    if (dust < 0) {
      dust += 1L << Dust.BITS;
      kept--;
    }
  }

  private static long smooth(long rate, long step) {
    return rate + ((step - rate) >> SMOOTHING);
  }

  private void findBig(int limit) {
    bigCount = 0;
    for (int tenant = 0; tenant < Math.min(limit, isBig.length); tenant++) {
      boolean big = endowmentOf[tenant] * BIG_SHARE > endowments;
      if (big != isBig[tenant]) {
        indexOf[tenant] += big ? index : -index;
        rateOf[tenant] = rate;
        isBig[tenant] = big;
      }
      if (big) {
        bigs[bigCount++] = tenant;
      }
    }
    sharesChanged = false;
  }
}
