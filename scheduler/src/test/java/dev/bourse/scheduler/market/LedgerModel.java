package dev.bourse.scheduler.market;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Ledger} must do, the long way: objects, big integers, dividends paid to everybody at
 * once. Amounts are in dust, 2^-32 micro-credits.
 */
final class LedgerModel {
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused() {
      super("", null, false, false);
    }
  }

  static final class Account {
    final @Nullable Account parent;
    final List<Account> children = new ArrayList<>();
    BigInteger dust = BigInteger.ZERO;
    BigInteger endowment = BigInteger.ZERO;
    BigInteger tokens = UNLIMITED;
    boolean open = true;

    Account(@Nullable Account parent) {
      this.parent = parent;
    }

    BigInteger balance() {
      return dust.shiftRight(32);
    }

    BigInteger endowmentOfAll() {
      BigInteger sum = endowment;
      for (Account child : children) {
        sum = sum.add(child.endowmentOfAll());
      }
      return sum;
    }
  }

  static final class Escrow {
    final Account owner;
    BigInteger amount;

    Escrow(Account owner, long amount) {
      this.owner = owner;
      this.amount = BigInteger.valueOf(amount);
    }
  }

  private static final BigInteger UNLIMITED = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger WALLET_MAX = UNLIMITED.subtract(BigInteger.ONE);

  final Map<Integer, Account> accounts = new HashMap<>();
  final Map<Integer, Escrow> escrows = new HashMap<>();
  final Set<Integer> restingAccounts = new HashSet<>();
  final Set<Integer> restingEscrows = new HashSet<>();
  BigInteger treasury = BigInteger.ZERO;
  BigInteger fresh = BigInteger.ZERO;
  BigInteger minted = BigInteger.ZERO;
  int cappedDistributions;
  int smallerRebates;
  BigInteger paidPerUnit = BigInteger.ZERO;

  private static BigInteger credits(long amount) {
    return BigInteger.valueOf(amount).shiftLeft(32);
  }

  private static void require(boolean allowed) {
    if (!allowed) {
      throw new Refused();
    }
  }

  private static boolean within(long amount, BigInteger limit) {
    return amount >= 0 && BigInteger.valueOf(amount).compareTo(limit) <= 0;
  }

  Account account(int number) {
    Account account = accounts.get(number);
    if (account == null || !account.open) {
      throw new Refused();
    }
    return account;
  }

  private Escrow escrow(int number) {
    Escrow escrow = escrows.get(number);
    if (escrow == null) {
      throw new Refused();
    }
    return escrow;
  }

  List<Account> tenants() {
    return accounts.values().stream().filter(a -> a.open && a.parent == null).toList();
  }

  BigInteger endowments() {
    BigInteger sum = BigInteger.ZERO;
    for (Account account : accounts.values()) {
      sum = sum.add(account.open ? account.endowment : BigInteger.ZERO);
    }
    return sum;
  }

  Account openTenant(long endowment, long balance) {
    require(within(endowment, BigInteger.valueOf(Ledger.ENDOWMENT_MAX).subtract(endowments())));
    require(within(balance, BigInteger.valueOf(Ledger.MINTED_MAX).subtract(minted)));
    Account tenant = new Account(null);
    tenant.endowment = BigInteger.valueOf(endowment);
    tenant.dust = credits(balance);
    minted = minted.add(BigInteger.valueOf(balance));
    return tenant;
  }

  Account open(int number, long endowment, long balance) {
    Account parent = account(number);
    require(within(endowment, parent.endowment) && within(balance, parent.balance()));
    Account child = new Account(parent);
    parent.children.add(child);
    child.endowment = BigInteger.valueOf(endowment);
    parent.endowment = parent.endowment.subtract(child.endowment);
    move(parent, child, balance);
    return child;
  }

  private static void move(Account from, Account to, long amount) {
    from.dust = from.dust.subtract(credits(amount));
    to.dust = to.dust.add(credits(amount));
  }

  void close(int number) {
    Account account = account(number);
    for (Account child : List.copyOf(account.children)) {
      close(numberOf(child));
    }
    account.open = false;
    restingAccounts.add(number);
    Account parent = account.parent;
    giveTokens(account, UNLIMITED);
    if (parent == null) {
      minted = minted.subtract(account.balance());
      treasury = treasury.add(account.dust.subtract(account.balance().shiftLeft(32)));
    } else {
      parent.children.remove(account);
      parent.dust = parent.dust.add(account.dust);
      parent.endowment = parent.endowment.add(account.endowment);
    }
  }

  private int numberOf(Account account) {
    for (Map.Entry<Integer, Account> entry : accounts.entrySet()) {
      if (entry.getValue() == account) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("an account has no number");
  }

  void endow(int number, long endowment) {
    Account account = account(number);
    BigInteger limit =
        account.parent == null
            ? BigInteger.valueOf(Ledger.ENDOWMENT_MAX).subtract(endowments())
            : account.parent.endowment;
    require(within(endowment, limit.add(account.endowment)));
    BigInteger more = BigInteger.valueOf(endowment).subtract(account.endowment);
    account.endowment = account.endowment.add(more);
    if (account.parent != null) {
      account.parent.endowment = account.parent.endowment.subtract(more);
    }
  }

  void mint(int number, long amount) {
    Account account = account(number);
    require(account.parent == null);
    require(within(amount, BigInteger.valueOf(Ledger.MINTED_MAX).subtract(minted)));
    account.dust = account.dust.add(credits(amount));
    minted = minted.add(BigInteger.valueOf(amount));
  }

  private Account take(int number, long amount) {
    Account account = account(number);
    require(within(amount, account.balance()));
    account.dust = account.dust.subtract(credits(amount));
    return account;
  }

  void pay(int number, long amount) {
    take(number, amount);
    receive(amount);
  }

  private void receive(long amount) {
    treasury = treasury.add(credits(amount));
    fresh = fresh.add(BigInteger.valueOf(amount));
  }

  void transfer(int from, int to, long amount) {
    Account receiver = account(to);
    take(from, amount);
    receiver.dust = receiver.dust.add(credits(amount));
  }

  Escrow fund(int number, long amount) {
    return new Escrow(take(number, amount), amount);
  }

  long drain(int number, long amount) {
    Escrow escrow = escrow(number);
    require(amount >= 0);
    long drained = escrow.amount.min(BigInteger.valueOf(amount)).longValueExact();
    escrow.amount = escrow.amount.subtract(BigInteger.valueOf(drained));
    receive(drained);
    return drained;
  }

  void refund(int number) {
    Escrow escrow = escrow(number);
    escrows.remove(number);
    restingEscrows.add(number);
    Account owner = escrow.owner;
    while (owner != null && !owner.open) {
      owner = owner.parent;
    }
    if (owner == null) {
      minted = minted.subtract(escrow.amount);
    } else {
      owner.dust = owner.dust.add(escrow.amount.shiftLeft(32));
    }
  }

  void distribute(RevenueWithout without) {
    BigInteger total = endowments();
    BigInteger most = total.shiftLeft(29);
    BigInteger whole = treasury.shiftRight(32);
    BigInteger payable = whole.min(most);
    BigInteger kept = whole.subtract(fresh);
    Map<Account, BigInteger> rebates = new HashMap<>();
    for (Account tenant : tenants()) {
      BigInteger share = tenant.endowmentOfAll();
      if (share.multiply(BigInteger.valueOf(20)).compareTo(total) > 0) {
        long told = without.revenueWithout(numberOf(tenant));
        require(told >= 0);
        rebates.put(tenant, payable.min(kept.add(fresh.min(BigInteger.valueOf(told)))));
      }
    }
    for (Account tenant : tenants()) {
      BigInteger base = rebates.getOrDefault(tenant, payable);
      smallerRebates += base.compareTo(payable) < 0 ? 1 : 0;
      if (total.signum() > 0) {
        give(tenant, base.shiftLeft(32).divide(total));
      }
    }
    cappedDistributions += payable.compareTo(whole) < 0 ? 1 : 0;
    if (total.signum() > 0) {
      paidPerUnit = paidPerUnit.add(payable.shiftLeft(32).divide(total));
    }
    fresh = BigInteger.ZERO;
    restingAccounts.clear();
    restingEscrows.clear();
  }

  private void give(Account account, BigInteger perUnit) {
    BigInteger dividend = account.endowment.multiply(perUnit);
    account.dust = account.dust.add(dividend);
    treasury = treasury.subtract(dividend);
    for (Account child : account.children) {
      give(child, perUnit);
    }
  }

  private static @Nullable Account wallet(@Nullable Account account) {
    Account at = account;
    while (at != null && at.tokens.equals(UNLIMITED)) {
      at = at.parent;
    }
    return at;
  }

  private static BigInteger held(BigInteger tokens) {
    return tokens.equals(UNLIMITED) ? BigInteger.ZERO : tokens;
  }

  private static void giveTokens(Account account, BigInteger tokens) {
    Account source = wallet(account.parent);
    if (source != null) {
      BigInteger left = source.tokens.add(held(account.tokens)).subtract(held(tokens));
      require(left.signum() >= 0);
      source.tokens = left.min(WALLET_MAX);
    }
    account.tokens = tokens;
  }

  void limitTokens(int number, long tokens) {
    Account account = account(number);
    require(tokens >= 0);
    giveTokens(account, BigInteger.valueOf(tokens));
  }

  long tokensLeft(int number) {
    Account wallet = wallet(account(number));
    return (wallet == null ? UNLIMITED : wallet.tokens).longValueExact();
  }

  boolean spendTokens(int number, long tokens) {
    Account wallet = wallet(account(number));
    require(tokens >= 0);
    if (wallet == null) {
      return true;
    }
    if (wallet.tokens.compareTo(BigInteger.valueOf(tokens)) < 0) {
      return false;
    }
    wallet.tokens = wallet.tokens.subtract(BigInteger.valueOf(tokens));
    return true;
  }
}
