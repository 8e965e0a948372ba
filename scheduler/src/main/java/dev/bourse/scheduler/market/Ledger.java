package dev.bourse.scheduler.market;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Who has which credits: integer micro-credits that change hands and are neither made nor lost.
 *
 * <p><b>Idea.</b> Tenants come with a balance and an endowment. A process has an account below its
 * tenant's or below the process that started it, and both come out of that one's: to fork mints
 * nothing. Payments go to the treasury, and back to all by endowment. An <em>index</em> says how
 * much a unit of endowment has got since the beginning; an account remembers where it was last
 * settled, and gets {@code endowment * difference} when somebody asks. That is how staking rewards
 * and fund shares are paid (Batog et al. 2018). Endowments of children are units of the same total
 * W, not shares of shares: whatever the depth of the tree, settling is one product.
 *
 * <p><b>Exact.</b> The index counts dust, 2^-32 micro-credits. Dust that is not a whole
 * micro-credit stays with its account, what does not divide by W stays in the treasury; both are
 * counted: {@link #check}. After any number of distributions at constant endowments, an account of
 * endowment w got its w/W of the revenue but for less than 2 + w/2^32 micro-credits: the error does
 * not add up.
 *
 * <p><b>Rebates.</b> To get back a part of what one pays is a reason to overbid, the more so the
 * larger the part. A tenant above 5% of W therefore gets, instead of its share of the revenue R,
 * its share of min(R, R') where R' is what the others would have paid without it (Cavallo 2006),
 * and the difference stays in the treasury until the next distribution, in which it is everybody's.
 * What that guarantees: its own bid does not move the dividend of the same distribution where R' is
 * at most R, as it is with VCG payments for divisible slots. What it does not: (1) what stayed
 * comes back later, w/W of it to itself, so if it raises R by x it gets back (w/W)^2 * x instead of
 * w/W * x, plus w/W of what it made the treasury keep from other big tenants. Nothing that returns
 * all payments can do without (Green and Laffont 1979); to burn them would end the market. (2)
 * Small tenants do move their own dividend, by less than 5%. (3) Tenants that collude are as one.
 * (4) A tenant with all of W gets everything, one distribution late.
 *
 * <p><b>Cost.</b> O(1) for all but: {@code close}, the size of what is closed; tokens, the depth of
 * the account; {@code distribute}, O(big tenants), at most 19, and one pass over all accounts after
 * tenants changed, or once in 2^30 micro-credits per unit of endowment. Allocates only to grow.
 *
 * <p><b>Ranges.</b> Micro-credits in all: {@link #MINTED_MAX}; endowments in all: {@link
 * #ENDOWMENT_MAX}. Beyond, and for what an account does not have, it throws {@link
 * IllegalArgumentException} and changes nothing. A distribution pays at most 2^29 micro-credits per
 * unit of endowment; the rest is for the next.
 *
 * <p>An account is a small number that is used again, though not before the distribution after it
 * was closed: until then it is an error that names it ({@link IllegalStateException}).
 */
public final class Ledger {
  /** No account: the parent of a tenant. */
  public static final int NONE = -1;

  /** Micro-credits in all, at most. */
  public static final long MINTED_MAX = 1L << 53;

  /** Endowments in all, at most. */
  public static final long ENDOWMENT_MAX = 1L << 40;

  private static final RevenueWithout SAME = tenant -> Long.MAX_VALUE;

  private final AccountTree tree = new AccountTree();
  private final Treasury treasury = new Treasury();
  private final Escrows escrows = new Escrows();
  private final TokenWallets wallets = new TokenWallets(tree);
  private long minted;

  private long[] balances = new long[64];
  private long[] endowments = new long[64];
  private long[] settledAt = new long[64];
  private long[] dusts = new long[64];

  /**
   * Opens the account of a tenant.
   *
   * @param endowment its part of all dividends, in units of the sum of all tenants'
   * @param balance micro-credits, minted for it
   */
  public int openTenant(long endowment, long balance) {
    Limits.requireEndowment(endowment, treasury.endowments());
    Limits.requireMintable(balance, minted);
    int tenant = open(NONE);
    treasury.open(tenant, endowment);
    settledAt[tenant] = treasury.index(tenant);
    endowments[tenant] = endowment;
    balances[tenant] = balance;
    minted += balance;
    return tenant;
  }

  /**
   * Opens an account below another; endowment and balance come out of that one's.
   *
   * @param balance micro-credits
   */
  public int open(int parent, long endowment, long balance) {
    tree.check(parent);
    settle(parent);
    Limits.requireHas(parent, "endowment", endowment, endowments[parent]);
    Limits.requireHas(parent, "micro-credits", balance, balances[parent]);
    int account = open(parent);
    settledAt[account] = settledAt[parent];
    endowments[parent] -= endowment;
    endowments[account] = endowment;
    balances[parent] -= balance;
    balances[account] = balance;
    return account;
  }

  private int open(int parent) {
    int account = tree.open(parent);
    if (account >= balances.length) {
      int capacity = account * 2;
      balances = Arrays.copyOf(balances, capacity);
      endowments = Arrays.copyOf(endowments, capacity);
      settledAt = Arrays.copyOf(settledAt, capacity);
      dusts = Arrays.copyOf(dusts, capacity);
    }
    dusts[account] = 0;
    wallets.open(account);
    return account;
  }

  /**
   * Closes an account and all below it. What they have, and their escrows, goes to its parent; of a
   * tenant, micro-credits are burnt, and escrows are when they are refunded.
   */
  public void close(int account) {
    tree.check(account);
    settle(account);
    for (int leaf = tree.leaf(account); leaf != account; leaf = tree.leaf(account)) {
      settle(leaf);
      inherit(account, leaf);
    }
    int parent = tree.parent(account);
    if (parent != NONE) {
      settle(parent);
      inherit(parent, account);
      return;
    }
    minted -= balances[account];
    treasury.receiveDust(dusts[account]);
    treasury.close(account);
    escrows.pass(account, NONE);
    tree.close(account);
  }

  private void inherit(int heir, int leaf) {
    endowments[heir] += endowments[leaf];
    balances[heir] += balances[leaf];
    addDust(heir, dusts[leaf]);
    escrows.pass(leaf, heir);
    wallets.close(leaf);
    tree.close(leaf);
  }

  /** Whether there is such an account, and it is not closed. */
  public boolean isOpen(int account) {
    return tree.isOpen(account);
  }

  /** Micro-credits it has, with all dividends until now. */
  public long balance(int account) {
    tree.check(account);
    settle(account);
    return balances[account];
  }

  /** Its own endowment, without what it gave to its children. */
  public long endowment(int account) {
    tree.check(account);
    return endowments[account];
  }

  /** The account whose child it is; {@link #NONE} for a tenant. */
  public int parent(int account) {
    tree.check(account);
    return tree.parent(account);
  }

  /** The tenant it is below of, or itself if it is one. */
  public int tenant(int account) {
    tree.check(account);
    return tree.tenant(account);
  }

  /**
   * Changes the endowment of an account from now on. The difference comes out of its parent's, or
   * goes back there; that of a tenant is new, or gone.
   *
   * @param endowment its own, without its children's
   */
  public void endow(int account, long endowment) {
    tree.check(account);
    int parent = tree.parent(account);
    long had = endowments[account];
    settle(account);
    if (parent == NONE) {
      Limits.requireEndowment(endowment, treasury.endowments() - had);
      treasury.endow(account, endowment - had);
    } else {
      settle(parent);
      Limits.requireHas(parent, "endowment", endowment, had + endowments[parent]);
      endowments[parent] -= endowment - had;
    }
    endowments[account] = endowment;
  }

  /** Gives a tenant new micro-credits. */
  public void mint(int tenant, long amount) {
    tree.check(tenant);
    if (tree.parent(tenant) != NONE) {
      throw new IllegalArgumentException(
          "account " + tenant + " is no tenant: mint for " + tree.tenant(tenant));
    }
    Limits.requireMintable(amount, minted);
    minted += amount;
    balances[tenant] += amount;
  }

  /** Pays micro-credits to the treasury. */
  public void pay(int account, long amount) {
    take(account, amount);
    treasury.receive(amount);
  }

  /** Gives micro-credits of one account to another. */
  public void transfer(int from, int to, long amount) {
    tree.check(to);
    take(from, amount);
    balances[to] += amount;
  }

  /**
   * Lays micro-credits by, for a snapshot.
   *
   * @return the number of the escrow
   */
  public int fund(int account, long amount) {
    take(account, amount);
    return escrows.open(account, amount);
  }

  /**
   * Pays to the treasury from an escrow what is left in it, but not more than asked.
   *
   * @return micro-credits that were paid
   */
  public long drain(int escrow, long amount) {
    escrows.check(escrow);
    if (amount < 0) {
      throw new IllegalArgumentException(
          "escrow " + escrow + " cannot pay " + amount + " micro-credits: give 0 or more");
    }
    long drained = escrows.drain(escrow, amount);
    treasury.receive(drained);
    return drained;
  }

  /** Micro-credits that are left in an escrow. */
  public long escrow(int escrow) {
    escrows.check(escrow);
    return escrows.amount(escrow);
  }

  /**
   * Closes an escrow. What is left goes back to its account, or to the nearest above it that is
   * open, or, if its tenant is closed, is burnt.
   */
  public void refund(int escrow) {
    escrows.check(escrow);
    int owner = escrows.owner(escrow);
    long left = escrows.drain(escrow, Long.MAX_VALUE);
    escrows.close(escrow);
    if (owner == NONE) {
      minted -= left;
    } else {
      balances[owner] += left;
    }
  }

  /** Gives all revenue since the last time, and what stayed then, to all by their endowment. */
  public void distribute() {
    distribute(SAME);
  }

  /**
   * Gives what came in since the last time to all by their endowment, big tenants their share of
   * what would have come in without them.
   *
   * @param without is asked for each tenant above 5% of all endowments
   */
  public void distribute(RevenueWithout without) {
    if (treasury.mustSettleAll()) {
      for (int account = 0; account < tree.limit(); account++) {
        if (tree.isOpen(account)) {
          settle(account);
        }
      }
      treasury.settledAll();
    }
    treasury.distribute(without, tree.limit());
    tree.rest();
    escrows.rest();
  }

  /** Micro-credits it got lately in a distribution, as a moving average over some 64. */
  public long dividend(int account) {
    tree.check(account);
    return Dust.whole(endowments[account], treasury.rate(tree.tenant(account)));
  }

  /**
   * Caps the tokens that an account, with those below it that have no cap, may compute from now on.
   * They come out of the nearest cap above, and what was left of an earlier one goes back there.
   *
   * @param tokens {@link Long#MAX_VALUE} for no cap of its own
   */
  public void limitTokens(int account, long tokens) {
    tree.check(account);
    wallets.limit(account, tokens);
  }

  /** Tokens it may compute; {@link Long#MAX_VALUE} without a cap. */
  public long tokensLeft(int account) {
    tree.check(account);
    return wallets.left(account);
  }

  /** Counts computed tokens; false, and nothing is counted, if that is more than is left. */
  public boolean spendTokens(int account, long tokens) {
    tree.check(account);
    return wallets.spend(account, tokens);
  }

  /** Counts tokens no more that were not computed after all. */
  public void returnTokens(int account, long tokens) {
    tree.check(account);
    wallets.giveBack(account, tokens);
  }

  /** Micro-credits there are. */
  public long minted() {
    return minted;
  }

  /** Micro-credits in the treasury: paid, and not yet given out. */
  public long treasury() {
    return treasury.balance();
  }

  /** What everybody has, to be kept; nothing changes. Looks at every account. */
  public LedgerState state() {
    long[] micros = new long[tree.limit()];
    long[] dust = new long[tree.limit()];
    for (int account = 0; account < tree.limit(); account++) {
      if (tree.isOpen(account)) {
        settle(account);
        micros[tree.tenant(account)] += balances[account];
        dust[tree.tenant(account)] += dusts[account];
      }
    }
    long burnt = escrows.addTo(micros, tree);
    List<LedgerState.Tenant> tenants = new ArrayList<>();
    for (int account = 0; account < tree.limit(); account++) {
      if (tree.isOpen(account) && tree.parent(account) == NONE) {
        tenants.add(
            new LedgerState.Tenant(
                account,
                treasury.endowment(account),
                micros[account] + (dust[account] >>> Dust.BITS),
                dust[account] & Dust.MASK));
      }
    }
    return new LedgerState(minted - burnt, treasury.balance(), treasury.dust(), tenants);
  }

  /**
   * Goes on with what another ledger had; this one must be new.
   *
   * @return the accounts of the tenants, in the order in which the state has them
   */
  public int[] restore(LedgerState state) {
    if (tree.limit() > 0 || minted > 0) {
      throw new IllegalStateException("only a ledger that is new can go on with what another had");
    }
    int[] accounts = new int[state.tenants().size()];
    for (int number = 0; number < accounts.length; number++) {
      LedgerState.Tenant tenant = state.tenants().get(number);
      accounts[number] = openTenant(tenant.endowment(), tenant.balance());
      dusts[accounts[number]] = tenant.dust();
    }
    treasury.restore(state.treasury(), state.treasuryDust());
    minted = state.minted();
    check();
    return accounts;
  }

  /**
   * Asserts the law of credits: balances + unsettled dividends + treasury + escrow = minted. Looks
   * at every account.
   *
   * @throws IllegalStateException with the sums, if it is broken
   */
  public void check() {
    long sum = treasury.balance() + escrows.total();
    long dust = treasury.dust();
    long endowed = 0;
    for (int account = 0; account < tree.limit(); account++) {
      if (tree.isOpen(account)) {
        long growth = treasury.index(tree.tenant(account)) - settledAt[account];
        sum += balances[account] + Dust.whole(endowments[account], growth);
        dust += dusts[account] + Dust.rest(endowments[account], growth);
        endowed += endowments[account];
        requireNotNegative(account, growth);
      }
    }
    sum += dust >>> Dust.BITS;
    boolean whole = (dust & Dust.MASK) == 0;
    if (sum != minted || !whole || minted < 0 || minted > MINTED_MAX || treasury.balance() < 0) {
      throw new IllegalStateException(
          "of " + minted + " micro-credits, " + sum + " are found, and dust " + dust);
    }
    if (endowed != treasury.endowments() || escrows.sum() != escrows.total()) {
      throw new IllegalStateException(
          "endowments are "
              + endowed
              + " of "
              + treasury.endowments()
              + ", escrows hold "
              + escrows.sum()
              + " of "
              + escrows.total());
    }
  }

  private void requireNotNegative(int account, long growth) {
    if (growth < 0 || balances[account] < 0 || endowments[account] < 0) {
      throw new IllegalStateException(
          "account "
              + account
              + " has "
              + balances[account]
              + " micro-credits, endowment "
              + endowments[account]
              + ", and "
              + growth
              + " dust to come for each unit");
    }
  }

  private void settle(int account) {
    long index = treasury.index(tree.tenant(account));
    long growth = index - settledAt[account];
    if (growth != 0) {
      settledAt[account] = index;
      balances[account] += Dust.whole(endowments[account], growth);
      addDust(account, Dust.rest(endowments[account], growth));
    }
  }

  private void addDust(int account, long dust) {
    long sum = dusts[account] + dust;
    balances[account] += sum >>> Dust.BITS;
    dusts[account] = sum & Dust.MASK;
  }

  private void take(int account, long amount) {
    tree.check(account);
    settle(account);
    Limits.requireHas(account, "micro-credits", amount, balances[account]);
    balances[account] -= amount;
  }
}
