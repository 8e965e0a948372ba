package dev.bourse.engine;

import dev.bourse.scheduler.market.LedgerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the users of an engine have, exactly, so that another engine can go on with it. What
 * processes had of their own, and what was laid by for snapshots, is their users', as if all
 * processes had ended.
 *
 * @param minted micro-credits there are
 * @param treasury micro-credits that were paid and not given out yet
 * @param dust beside the treasury, in 2^-32 micro-credits
 * @param holders every user once, in the order in which they came
 */
public record Balances(long minted, long treasury, long dust, List<Holder> holders) {
  /**
   * What a user has.
   *
   * @param user his name
   * @param endowment his share of what all pay
   * @param balance micro-credits
   * @param dust beside them, in 2^-32 micro-credits
   * @param given micro-credits that he was given so far, as the configuration says
   * @param paid micro-credits that he has paid so far
   */
  public record Holder(
      String user, long endowment, long balance, long dust, long given, long paid) {
    public Holder {
      if (user.isEmpty() || given < 0 || paid < 0) {
        throw new IllegalArgumentException(
            "user \"%s\" was given %d micro-credits and paid %d: none is negative"
                .formatted(user, given, paid));
      }
    }
  }

  /**
   * Checks the law of credits.
   *
   * @throws IllegalArgumentException if it is broken, or a user is there twice
   */
  public Balances {
    holders = List.copyOf(holders);
    Set<String> users = new HashSet<>();
    for (Holder holder : holders) {
      if (!users.add(holder.user)) {
        throw new IllegalArgumentException("user " + holder.user + " is there twice");
      }
    }
    var _ = state(minted, treasury, dust, holders);
  }

  LedgerState state() {
    return state(minted, treasury, dust, holders);
  }

  private static LedgerState state(long minted, long treasury, long dust, List<Holder> holders) {
    List<LedgerState.Tenant> tenants = new ArrayList<>();
    for (Holder holder : holders) {
      tenants.add(
          new LedgerState.Tenant(tenants.size(), holder.endowment, holder.balance, holder.dust));
    }
    return new LedgerState(minted, treasury, dust, tenants);
  }
}
