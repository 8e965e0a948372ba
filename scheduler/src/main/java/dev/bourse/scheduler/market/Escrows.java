package dev.bourse.scheduler.market;

import static dev.bourse.scheduler.market.Ledger.NONE;

import java.util.Arrays;

/**
 * Credits laid by for snapshots: columns by escrow, and for each account a list of its escrows, so
 * that they pass to another when it closes.
 */
final class Escrows {
  private final Numbers numbers = new Numbers("escrow");
  private long[] amounts = new long[64];
  private int[] owners = new int[64];
  private int[] previous = new int[64];
  private int[] next = new int[64];
  private int[] firsts = new int[0];
  private long total;

  int open(int owner, long amount) {
    int escrow = numbers.open();
    if (escrow >= amounts.length) {
      grow(escrow * 2);
    }
    if (owner >= firsts.length) {
      int known = firsts.length;
      firsts = Arrays.copyOf(firsts, Math.max(64, owner * 2));
      Arrays.fill(firsts, known, firsts.length, NONE);
    }
    amounts[escrow] = amount;
    total += amount;
    link(escrow, owner);
    return escrow;
  }

  /** Takes what is left, but not more than asked; returns how much that is. */
  long drain(int escrow, long amount) {
    long drained = Math.min(amount, amounts[escrow]);
    amounts[escrow] -= drained;
    total -= drained;
    return drained;
  }

  /** Closes an escrow that is empty. */
  void close(int escrow) {
    if (next[escrow] != NONE) {
      previous[next[escrow]] = previous[escrow];
    }
    if (previous[escrow] != NONE) {
      next[previous[escrow]] = next[escrow];
    } else if (owners[escrow] != NONE) {
      firsts[owners[escrow]] = next[escrow];
    }
    numbers.close(escrow);
  }

  /**
   * Gives all escrows of one account to another.
   *
   * @param heir or {@link Ledger#NONE}
   */
  void pass(int owner, int heir) {
    if (owner >= firsts.length) {
      return;
    }
    int escrow = firsts[owner];
    firsts[owner] = NONE;
    while (escrow != NONE) {
      int following = next[escrow];
      link(escrow, heir);
      escrow = following;
    }
  }

  private void link(int escrow, int owner) {
    owners[escrow] = owner;
    previous[escrow] = NONE;
    next[escrow] = NONE;
    if (owner == NONE) {
      return;
    }
    int first = firsts[owner];
    next[escrow] = first;
    if (first != NONE) {
      previous[first] = escrow;
    }
    firsts[owner] = escrow;
  }

  void check(int escrow) {
    numbers.check(escrow);
  }

  /** Whom a refund goes to; {@link Ledger#NONE} if its tenant is closed. */
  int owner(int escrow) {
    return owners[escrow];
  }

  long amount(int escrow) {
    return amounts[escrow];
  }

  /** Credits in all of them. */
  long total() {
    return total;
  }

  /**
   * Adds what is in them to the tenants of those who would get it back.
   *
   * @param micros by account
   * @return what nobody would get back
   */
  long addTo(long[] micros, AccountTree tree) {
    long burnt = 0;
    for (int escrow = 0; escrow < numbers.limit(); escrow++) {
      if (numbers.isOpen(escrow)) {
        if (owners[escrow] == NONE) {
          burnt += amounts[escrow];
        } else {
          micros[tree.tenant(owners[escrow])] += amounts[escrow];
        }
      }
    }
    return burnt;
  }

  void rest() {
    numbers.rest();
  }

  /** What {@link #total} must be. */
  long sum() {
    long sum = 0;
    for (int escrow = 0; escrow < numbers.limit(); escrow++) {
      sum += numbers.isOpen(escrow) ? amounts[escrow] : 0;
    }
    return sum;
  }

  private void grow(int capacity) {
    amounts = Arrays.copyOf(amounts, capacity);
    owners = Arrays.copyOf(owners, capacity);
    previous = Arrays.copyOf(previous, capacity);
    next = Arrays.copyOf(next, capacity);
  }
}
