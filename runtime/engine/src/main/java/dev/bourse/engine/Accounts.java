package dev.bourse.engine;

import dev.bourse.scheduler.market.Ledger;
import dev.bourse.scheduler.market.LedgerState;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.TurnLengths;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who has an account: every user as a tenant, from his first process on, and processes with a
 * budget. Owned by whoever holds the engine's lock.
 */
final class Accounts {
  private final Market market;
  private final Ledger ledger;
  private final TurnLengths turnLengths;
  private final MarketSettings settings;
  private final Map<String, Account> tenants = new LinkedHashMap<>();
  private long endowments;

  Accounts(Market market, TurnLengths turnLengths, MarketSettings settings) {
    this.market = market;
    this.ledger = market.ledger();
    this.turnLengths = turnLengths;
    this.settings = settings;
  }

  /** Of a user; it stays when his last process ends. */
  Account tenant(String user) {
    return tenants.computeIfAbsent(
        user,
        name -> {
          Tenant tenant = settings.tenant(name);
          int number = open(user, tenant);
          endowments += tenant.endowment();
          turnLengths.open(number, Ledger.NONE);
          return new Account(number, tenant.contextsMax(), Credits.micros(tenant.credits()), 0);
        });
  }

  /** What everybody has. */
  Balances balances() {
    LedgerState state = ledger.state();
    Map<Integer, LedgerState.Tenant> byNumber = new HashMap<>();
    state.tenants().forEach(tenant -> byNumber.put(tenant.account(), tenant));
    List<Balances.Holder> holders = new ArrayList<>();
    tenants.forEach(
        (user, account) -> {
          LedgerState.Tenant has = Objects.requireNonNull(byNumber.get(account.number()), user);
          holders.add(
              new Balances.Holder(
                  user,
                  has.endowment(),
                  has.balance(),
                  has.dust(),
                  account.givenMicros(),
                  account.paidMicros()));
        });
    return new Balances(state.minted(), state.treasury(), state.treasuryDust(), holders);
  }

  /**
   * Goes on with what users had, before anybody has an account. What the settings say of them now
   * holds from now on: their endowment, and whoever is given more than he was gets the difference.
   */
  void restore(Balances balances) {
    int[] numbers = ledger.restore(balances.state());
    for (int at = 0; at < numbers.length; at++) {
      Balances.Holder holder = balances.holders().get(at);
      Tenant tenant = settings.tenant(holder.user());
      long given = Math.max(holder.given(), Credits.micros(tenant.credits()));
      try {
        ledger.endow(numbers[at], tenant.endowment());
        ledger.mint(numbers[at], given - holder.given());
      } catch (IllegalArgumentException e) {
        throw tooMuch(holder.user(), tenant, e);
      }
      endowments += tenant.endowment();
      turnLengths.open(numbers[at], Ledger.NONE);
      tenants.put(
          holder.user(), new Account(numbers[at], tenant.contextsMax(), given, holder.paid()));
    }
  }

  private int open(String user, Tenant tenant) {
    try {
      return ledger.openTenant(tenant.endowment(), Credits.micros(tenant.credits()));
    } catch (IllegalArgumentException e) {
      throw tooMuch(user, tenant, e);
    }
  }

  private EngineException tooMuch(String user, Tenant tenant, IllegalArgumentException e) {
    return new EngineException(
        "user "
            + user
            + " cannot be given "
            + tenant.credits()
            + " credits beside "
            + tenants.size()
            + " other users: "
            + e.getMessage()
            + "; give each user fewer",
        e);
  }

  /** Every tenant, with what of these processes is his. */
  List<MarketView.TenantView> views(Collection<EngineProcess> processes) {
    List<MarketView.TenantView> views = new ArrayList<>();
    tenants.forEach(
        (user, account) ->
            views.add(
                new MarketView.TenantView(
                    user,
                    view(account),
                    Credits.of(account.paidMicros()),
                    (int) processes.stream().filter(p -> p.user().equals(user)).count(),
                    account.contexts())));
    return views;
  }

  /**
   * The account of a new process.
   *
   * @throws EngineException if {@code payer} does not have what the budget says
   */
  Account join(Account payer, @Nullable Budget budget) {
    if (budget == null) {
      payer.addUsers(1);
      return payer;
    }
    Account account = new Account(open(payer, budget), payer);
    account.addUsers(1);
    payer.addUsers(1);
    return account;
  }

  private int open(Account payer, Budget budget) {
    long balance = ledger.balance(payer.number());
    if (!(budget.credits() <= Credits.of(balance))
        || budget.endowment() > ledger.endowment(payer.number())
        || budget.tokens().orElse(0) > ledger.tokensLeft(payer.number())) {
      AccountView has = view(payer);
      throw new EngineException(
          "a budget of %s is more than there is: %s"
              .formatted(
                  words(budget.credits(), budget.endowment(), budget.tokens()),
                  words(has.balance(), has.endowment(), has.tokensLeft())));
    }
    int number =
        ledger.open(
            payer.number(),
            budget.endowment(),
            Math.min(balance, Credits.micros(budget.credits())));
    turnLengths.open(number, payer.number());
    if (budget.tokens().isPresent()) {
      ledger.limitTokens(number, budget.tokens().getAsLong());
    }
    return number;
  }

  private static String words(double credits, long endowment, OptionalLong tokens) {
    return "%s credits, an endowment of %d and %s tokens"
        .formatted(credits, endowment, tokens.isPresent() ? tokens.getAsLong() : "any number of");
  }

  /** A process has ended; an account that nobody spends from any more goes back to its parent. */
  void leave(Account account) {
    Account parent = account.parent();
    if (account.addUsers(-1) == 0 && parent != null) {
      market.close(account.number());
      leave(parent);
    }
  }

  /** Whether there are no credits in it. */
  boolean isEmpty(Account account) {
    return ledger.balance(account.number()) == 0;
  }

  AccountView view(Account account) {
    long tokens = ledger.tokensLeft(account.number());
    return new AccountView(
        Credits.of(ledger.balance(account.number())),
        ledger.endowment(account.number()),
        endowments,
        Credits.of(ledger.dividend(account.number())),
        tokens == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(tokens));
  }

  /**
   * Counts tokens that a process is to compute.
   *
   * @throws BudgetExhaustedException if its budget does not have so many
   */
  void spendTokens(EngineProcess process, int tokens) {
    int number = process.payer().number();
    if (!ledger.spendTokens(number, tokens)) {
      throw new BudgetExhaustedException(
          "the budget of process "
              + process.name()
              + " allows "
              + ledger.tokensLeft(number)
              + " more tokens, and the pass has "
              + tokens);
    }
  }

  /** Micro-credits that an account gets for a step. */
  long dividend(Account account) {
    return ledger.dividend(account.number());
  }

  void returnTokens(Account account, int tokens) {
    ledger.returnTokens(account.number(), tokens);
  }
}
