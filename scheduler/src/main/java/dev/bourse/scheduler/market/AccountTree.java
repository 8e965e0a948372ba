package dev.bourse.scheduler.market;

import static dev.bourse.scheduler.market.Ledger.NONE;

import java.util.Arrays;

/** Which account came out of which: columns by account. */
final class AccountTree {
  private final Numbers numbers = new Numbers("account");
  private int[] parents = new int[64];
  private int[] tenants = new int[64];
  private int[] firstChildren = new int[64];
  private int[] previous = new int[64];
  private int[] next = new int[64];

  /**
   * @param parent or {@link Ledger#NONE} for a tenant
   */
  int open(int parent) {
    int account = numbers.open();
    if (account >= parents.length) {
      grow(account * 2);
    }
    parents[account] = parent;
    tenants[account] = parent == NONE ? account : tenants[parent];
    firstChildren[account] = NONE;
    previous[account] = NONE;
    next[account] = NONE;
    if (parent != NONE) {
      int sibling = firstChildren[parent];
      next[account] = sibling;
      if (sibling != NONE) {
        previous[sibling] = account;
      }
      firstChildren[parent] = account;
    }
    return account;
  }

  /** An account at or below this one that has no children. */
  int leaf(int account) {
    int leaf = account;
    while (firstChildren[leaf] != NONE) {
      leaf = firstChildren[leaf];
    }
    return leaf;
  }

  /** Closes an account that has no children. */
  void close(int leaf) {
    if (next[leaf] != NONE) {
      previous[next[leaf]] = previous[leaf];
    }
    if (previous[leaf] != NONE) {
      next[previous[leaf]] = next[leaf];
    } else if (parents[leaf] != NONE) {
      firstChildren[parents[leaf]] = next[leaf];
    }
    numbers.close(leaf);
  }

  void check(int account) {
    numbers.check(account);
  }

  boolean isOpen(int account) {
    return numbers.isOpen(account);
  }

  int parent(int account) {
    return parents[account];
  }

  int tenant(int account) {
    return tenants[account];
  }

  /** All accounts are below. */
  int limit() {
    return numbers.limit();
  }

  void rest() {
    numbers.rest();
  }

  private void grow(int capacity) {
    parents = Arrays.copyOf(parents, capacity);
    tenants = Arrays.copyOf(tenants, capacity);
    firstChildren = Arrays.copyOf(firstChildren, capacity);
    previous = Arrays.copyOf(previous, capacity);
    next = Arrays.copyOf(next, capacity);
  }
}
