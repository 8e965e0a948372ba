package dev.bourse.scheduler.market;

import java.util.Arrays;

/**
 * What each context pays for the pages that it keeps from others, exactly.
 *
 * <p><b>Idea.</b> A page costs the rent, once, however many use it. Each segment of the prefix tree
 * is paid by its users, the contexts that end in it or below it, in equal parts: the Shapley value
 * of the game in which a set of contexts costs the pages it uses (Littlechild and Owen 1973; on
 * trees, Megiddo 1978). Nobody pays rent for a segment without users.
 *
 * <p><b>Exact.</b> Amounts are integers that are handed down the tree: a segment owes its own cost
 * and what its parent left to it, and leaves that to its child segments, by number, then to the
 * contexts that end in it, by row, in proportion to their users. What does not divide is spread
 * evenly over that order: of a remainder r and n users, the first j together pay ⌊r·j/n⌋ of it. So
 * nothing is lost or made on the way: all shares together are the cost of the pages in use. Each
 * micro-credit of a segment is paid by one of its users, so that no set of contexts pays more than
 * the pages it uses would cost it alone (the core), whatever the rounding. A share differs from the
 * Shapley value by less than 1 + 1/2 + … + 1/n micro-credits.
 *
 * <p><b>Effective pages</b> of a context are its share of the pages, as of a rent of one, in 2^-32
 * pages; all together are the pages in use, exactly. They are what it is bound by: it pays at most
 * its own bid for each effective page and tick, rounded up to a micro-credit. Who bids more than
 * the rent pays its share, to within that rounding; what others do not pay nobody pays for them.
 *
 * <p><b>What it does not guarantee.</b> A user that bids nothing still halves the share of the one
 * beside it. Who forks contexts that bid nothing thus pays less for its prefix, though the prefix
 * is worth no more for it when somebody has to leave.
 *
 * <p><b>Value.</b> A segment is worth what its users bid together, for each page and tick: who is
 * to have it must offer more than all of them.
 *
 * <p><b>Insolvent</b> ({@link #isInsolvent}) is an account that could not pay all the rent of the
 * last {@link #collect}: it paid what it had, and from then on its bids count as nothing, so that
 * its contexts are the first to leave, until it pays a rent in full. That is decided here alone.
 *
 * <p><b>Cost.</b> O(segments + contexts), allocates only to grow.
 */
public final class Rent {
  /** Effective pages are in parts of a page: 2^32 of them. */
  public static final int FRACTION_BITS = 32;

  private static final long PAGE = 1L << FRACTION_BITS;

  private SharedPages pages = new SharedPages();

  private int[] users = new int[64];
  private long[] values = new long[64];

  /** What a segment owes, and how many of its users have been served with their part of it. */
  private long[] owed = new long[64];

  private int[] served = new int[64];

  private long[] effective = new long[64];
  private long[] charges = new long[64];
  private long[] payments = new long[64];

  private boolean[] insolvent = new boolean[64];
  private int[] insolvents = new int[64];
  private int insolventCount;

  /**
   * Computes everything anew.
   *
   * @param newPages is read, and read again by {@link #collect}
   * @param rent micro-credits for each page and tick, not negative
   * @param ticks for how long, not negative
   */
  public void compute(SharedPages newPages, long rent, int ticks) {
    if (rent < 0 || ticks < 0) {
      throw new IllegalArgumentException("a rent of " + rent + " for " + ticks + " ticks");
    }
    pages = newPages;
    grow();
    count();
    split(PAGE, effective);
    // More than all pages can cost without overflow is more than anybody has.
    long unit =
        Math.min(Amounts.times(rent, ticks), Long.MAX_VALUE / Math.max(pages.pagesInAll(), 1));
    split(unit, charges);
    for (int context = 0; context < pages.contexts(); context++) {
      charges[context] = Math.min(charges[context], cap(context, ticks));
    }
  }

  private void count() {
    Arrays.fill(users, 0, pages.segments(), 0);
    Arrays.fill(values, 0, pages.segments(), 0);
    for (int context = 0; context < pages.contexts(); context++) {
      if (pages.end(context) != SharedPages.NONE) {
        addUsers(pages.end(context), 1, bid(context));
      }
    }
    for (int segment = pages.segments() - 1; segment >= 0; segment--) {
      if (pages.parent(segment) != SharedPages.NONE) {
        addUsers(pages.parent(segment), users[segment], values[segment]);
      }
    }
  }

  private void addUsers(int segment, int more, long bids) {
    users[segment] += more;
    values[segment] = Amounts.plus(values[segment], bids);
  }

  /** Splits {@code unit} for each page in use among contexts. */
  private void split(long unit, long[] shares) {
    for (int segment = 0; segment < pages.segments(); segment++) {
      served[segment] = 0;
      if (users[segment] > 0) {
        owed[segment] = pages.pages(segment) * unit + part(pages.parent(segment), users[segment]);
      }
    }
    for (int context = 0; context < pages.contexts(); context++) {
      shares[context] = pages.own(context) * unit + part(pages.end(context), 1);
    }
  }

  /** What the next {@code count} users of a segment pay of what it owes. */
  private long part(int segment, int count) {
    if (segment == SharedPages.NONE) {
      return 0;
    }
    long all = users[segment];
    long rest = owed[segment] % all;
    long before = served[segment];
    served[segment] += count;
    return owed[segment] / all * count + rest * (before + count) / all - rest * before / all;
  }

  /** The most a context pays: its bid for each of its effective pages, rounded up. */
  private long cap(int context, int ticks) {
    long price = Amounts.times(pages.bid(context), ticks);
    long high = Math.multiplyHigh(price, effective[context]);
    long low = price * effective[context];
    if (high >= PAGE >> 1) {
      return Long.MAX_VALUE;
    }
    long whole = high << FRACTION_BITS | low >>> FRACTION_BITS;
    return (low & (PAGE - 1)) == 0 ? whole : Amounts.plus(whole, 1);
  }

  /** Contexts that use a segment: that end in it or below. */
  public int users(int segment) {
    return users[segment];
  }

  /** Micro-credits that the users of a segment bid together, for each of its pages and tick. */
  public long value(int segment) {
    return values[segment];
  }

  /** Effective pages of a context, in parts of 2^-{@value #FRACTION_BITS}. */
  public long effectivePages(int context) {
    return effective[context];
  }

  /** Micro-credits a context is to pay. */
  public long charge(int context) {
    return charges[context];
  }

  /** What a context bids for a page, as it counts when somebody has to leave: see the top. */
  public long bid(int context) {
    return isInsolvent(pages.account(context)) ? 0 : pages.bid(context);
  }

  /** Whether the account could not pay the last rent: its bids count as nothing. */
  public boolean isInsolvent(int account) {
    return account < insolvent.length && insolvent[account];
  }

  /**
   * Has every context pay what was computed, by row; of an account that has less, what it has.
   *
   * @return micro-credits that were paid
   */
  public long collect(Ledger ledger) {
    while (insolventCount > 0) {
      insolvent[insolvents[--insolventCount]] = false;
    }
    long paid = 0;
    for (int context = 0; context < pages.contexts(); context++) {
      long charge = charges[context];
      payments[context] = charge == 0 ? 0 : collect(ledger, pages.account(context), charge);
      paid += payments[context];
    }
    return paid;
  }

  /** Micro-credits a context paid when rent was last collected. */
  public long paid(int context) {
    return payments[context];
  }

  private long collect(Ledger ledger, int account, long charge) {
    long amount = Math.min(charge, ledger.balance(account));
    if (amount > 0) {
      ledger.pay(account, amount);
    }
    if (amount < charge && !isInsolvent(account)) {
      if (account >= insolvent.length) {
        insolvent = Arrays.copyOf(insolvent, Math.max(account + 1, insolvent.length * 2));
      }
      if (insolventCount == insolvents.length) {
        insolvents = Arrays.copyOf(insolvents, insolventCount * 2);
      }
      insolvent[account] = true;
      insolvents[insolventCount++] = account;
    }
    return amount;
  }

  private void grow() {
    if (users.length < pages.segments()) {
      int capacity = Math.max(pages.segments(), users.length * 2);
      users = new int[capacity];
      values = new long[capacity];
      owed = new long[capacity];
      served = new int[capacity];
    }
    if (charges.length < pages.contexts()) {
      int capacity = Math.max(pages.contexts(), charges.length * 2);
      effective = new long[capacity];
      charges = new long[capacity];
      payments = new long[capacity];
    }
  }
}
