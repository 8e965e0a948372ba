package dev.bourse.engine;

import org.jspecify.annotations.Nullable;

/**
 * Who pays: a tenant, or a process that has a budget of its own, and the children that spend from
 * it. Owned by whoever holds the engine's lock.
 */
final class Account {
  private final int number;
  private final @Nullable Account parent;
  private final int contextsMax;
  private int contexts;
  private int processes;
  private int traders;
  private final long givenMicros;
  private long paidMicros;

  /**
   * A tenant's.
   *
   * @param givenMicros micro-credits that were minted for it
   * @param paidMicros micro-credits that it has paid before
   */
  Account(int number, int contextsMax, long givenMicros, long paidMicros) {
    this.number = number;
    this.parent = null;
    this.contextsMax = contextsMax;
    this.givenMicros = givenMicros;
    this.paidMicros = paidMicros;
  }

  /** One that came out of another. */
  Account(int number, Account parent) {
    this.number = number;
    this.parent = parent;
    this.contextsMax = Integer.MAX_VALUE;
    this.givenMicros = 0;
  }

  /** Its number in the ledger. */
  int number() {
    return number;
  }

  /** What it came out of; null for a tenant. */
  @Nullable Account parent() {
    return parent;
  }

  /**
   * Asserts that one more context may be made.
   *
   * @throws EngineException if the tenant has as many as it may
   */
  void requireRoomForContext(String user) {
    Account tenant = tenant();
    if (tenant.contexts >= tenant.contextsMax) {
      throw new EngineException(
          "user "
              + user
              + " has "
              + tenant.contexts
              + " contexts in all processes, the limit of this tenant: close some first");
    }
  }

  /** Contexts of a tenant, in all processes. */
  int contexts() {
    return contexts;
  }

  /** Micro-credits were paid from it. */
  void paid(long micros) {
    tenant().paidMicros += micros;
  }

  /** Micro-credits that were minted for a tenant. */
  long givenMicros() {
    return givenMicros;
  }

  /** Micro-credits that a tenant's processes have paid. */
  long paidMicros() {
    return paidMicros;
  }

  void addContexts(int change) {
    tenant().contexts += change;
  }

  private Account tenant() {
    Account at = this;
    while (at.parent != null) {
      at = at.parent;
    }
    return at;
  }

  /** Whether nobody spends from it any more, and the ledger knows it no longer. */
  boolean isClosed() {
    return parent != null && processes == 0;
  }

  /** Processes that spend from it, and accounts that came out of it; returns how many are left. */
  int addUsers(int change) {
    processes += change;
    return processes;
  }

  /** A context of it begins or ends to wait for results. */
  void addTraders(int change) {
    traders += change;
  }

  /** Contexts that share what it has at this moment, at least 1. */
  int traders() {
    return Math.max(1, traders);
  }
}
