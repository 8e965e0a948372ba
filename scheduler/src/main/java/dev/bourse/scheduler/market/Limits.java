package dev.bourse.scheduler.market;

/** What {@link Ledger} refuses, before anything has changed. */
final class Limits {
  private Limits() {}

  static void requireHas(int account, String what, long amount, long limit) {
    if (amount < 0 || amount > limit) {
      throw new IllegalArgumentException(
          "account " + account + " cannot give " + amount + " " + what + ": it has " + limit);
    }
  }

  static void requireMintable(long amount, long minted) {
    long left = Ledger.MINTED_MAX - minted;
    if (amount < 0 || amount > left) {
      throw new IllegalArgumentException(
          "cannot mint "
              + amount
              + " micro-credits: give 0 or more, and at most "
              + left
              + ", for there are "
              + minted
              + " of "
              + Ledger.MINTED_MAX);
    }
  }

  /** The endowment of a tenant, where all others have {@code others}. */
  static void requireEndowment(long endowment, long others) {
    long left = Ledger.ENDOWMENT_MAX - others;
    if (endowment < 0 || endowment > left) {
      throw new IllegalArgumentException(
          "an endowment cannot be "
              + endowment
              + ": give 0 or more, and at most "
              + left
              + ", for all together are "
              + Ledger.ENDOWMENT_MAX
              + " at most");
    }
  }
}
