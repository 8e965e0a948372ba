package dev.bourse.scheduler.market;

import static dev.bourse.scheduler.market.Ledger.NONE;

import java.util.Arrays;

/**
 * Caps on computed tokens: a column by account. An account without a wallet draws on the nearest
 * one above it; one that has a wallet got it out of that. Cost: O(depth) for each call.
 */
final class TokenWallets {
  static final long UNLIMITED = Long.MAX_VALUE;

  private final AccountTree tree;
  private long[] tokens = new long[64];

  TokenWallets(AccountTree tree) {
    this.tree = tree;
  }

  /** An account begins without a wallet. */
  void open(int account) {
    if (account >= tokens.length) {
      tokens = Arrays.copyOf(tokens, account * 2);
    }
    tokens[account] = UNLIMITED;
  }

  /** What is left of a wallet goes back to where it came from. */
  void close(int account) {
    move(account, UNLIMITED, nearest(tree.parent(account)));
  }

  void limit(int account, long limit) {
    int source = nearest(tree.parent(account));
    long more = held(limit) - held(tokens[account]);
    if (limit < 0 || (source != NONE && more > tokens[source])) {
      throw new IllegalArgumentException(
          "account "
              + account
              + " cannot be limited to "
              + limit
              + " tokens: give 0 or more, and at most "
              + (source == NONE
                  ? "any number"
                  : held(tokens[account]) + " it has and " + tokens[source] + " of " + source));
    }
    move(account, limit, source);
  }

  private void move(int account, long limit, int source) {
    if (source != NONE) {
      long left = tokens[source] - held(limit) + held(tokens[account]);
      tokens[source] = left < 0 || left == UNLIMITED ? UNLIMITED - 1 : left;
    }
    tokens[account] = limit;
  }

  private static long held(long limit) {
    return limit == UNLIMITED ? 0 : limit;
  }

  long left(int account) {
    int wallet = nearest(account);
    return wallet == NONE ? UNLIMITED : tokens[wallet];
  }

  boolean spend(int account, long spent) {
    int wallet = nearest(account);
    if (spent < 0) {
      throw new IllegalArgumentException("account " + account + " spends " + spent + " tokens");
    }
    if (wallet == NONE) {
      return true;
    }
    if (spent > tokens[wallet]) {
      return false;
    }
    tokens[wallet] -= spent;
    return true;
  }

  /** What was spent and not used. */
  void giveBack(int account, long unused) {
    int wallet = nearest(account);
    if (unused < 0) {
      throw new IllegalArgumentException(
          "account " + account + " gives " + unused + " tokens back");
    }
    if (wallet != NONE) {
      long left = tokens[wallet] + unused;
      tokens[wallet] = left < 0 || left == UNLIMITED ? UNLIMITED - 1 : left;
    }
  }

  private int nearest(int account) {
    int at = account;
    while (at != NONE && tokens[at] == UNLIMITED) {
      at = tree.parent(at);
    }
    return at;
  }
}
