package dev.bourse.server;

import dev.bourse.client.Launch;
import dev.bourse.engine.AccountView;
import dev.bourse.engine.Budget;
import dev.bourse.engine.Context.Bids;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineProcess;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What an inferlet may use up, and what it offers. */
public final class BudgetOptions {
  @Option(
      names = "--budget-tokens",
      paramLabel = "N",
      description =
          "Tokens that may be computed for the inferlet; those found in the cache cost none."
              + " Default: any number.")
  private @Nullable Long tokens;

  @Option(
      names = "--budget-credits",
      paramLabel = "X",
      description =
          "Credits that the inferlet may spend; it goes on without, behind those who pay. Default:"
              + " what the user has.")
  private @Nullable Double credits;

  @Option(
      names = "--bid",
      arity = "2",
      paramLabel = "CREDITS",
      description =
          "What it offers for a token slot, and for a page and tick, until it bids by itself."
              + " Default: the engine bids for it.")
  private double @Nullable [] bid;

  /** Refuses, before anything is loaded, what no user can have. */
  void check() {
    if (tokens != null && tokens < 1) {
      throw CommandException.usage(
          "--budget-tokens is %d, but must be from 1 to %d".formatted(tokens, Long.MAX_VALUE));
    }
    if (credits != null && !(credits >= 0 && credits <= Double.MAX_VALUE)) {
      throw CommandException.usage(
          "--budget-credits is %s, but must be 0 or more".formatted(credits));
    }
    for (double offer : bid == null ? new double[0] : bid) {
      if (!(offer >= 0 && offer <= Double.MAX_VALUE)) {
        throw CommandException.usage("--bid is %s, but must be 0 or more".formatted(offer));
      }
    }
  }

  /** What its contexts offer until it bids by itself; empty to have the engine bid. */
  Optional<Bids> bid() {
    return Optional.ofNullable(bid).map(offers -> new Bids(offers[0], offers[1]));
  }

  /** The same for a launch on a server. */
  public Launch on(Launch launch) {
    check();
    Launch limited = launch;
    if (tokens != null) {
      limited = limited.budgetTokens(tokens);
    }
    if (credits != null) {
      limited = limited.budgetCredits(credits);
    }
    return bid == null ? limited : limited.bid(bid[0], bid[1]);
  }

  /** The budget, if there is to be one: of what is not limited, everything that the user has. */
  Optional<Budget> of(Engine engine, String user) {
    if (tokens == null && credits == null) {
      return Optional.empty();
    }
    AccountView account = account(engine, user);
    if (credits != null && credits > account.balance()) {
      throw CommandException.usage(
          "--budget-credits is %s, but user %s has %s".formatted(credits, user, account.balance()));
    }
    return Optional.of(
        new Budget(
            credits == null ? account.balance() : credits,
            // Dividends would come on top of the credits that are allowed.
            credits == null ? account.endowment() : 0,
            tokens == null ? OptionalLong.empty() : OptionalLong.of(tokens)));
  }

  private static AccountView account(Engine engine, String user) {
    try (EngineProcess process = engine.openProcess("budget", user, 1)) {
      return process.account();
    }
  }
}
