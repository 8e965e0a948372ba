package dev.bourse.scheduler.market;

/**
 * What a context bids whose author never thought about it.
 *
 * <p><b>Idea.</b> Spend evenly what one has on what one needs. Until its turn ends in N steps, a
 * context has balance B and earns d a step, so B + d*N micro-credits; it needs p pages in each of
 * them and one more after every s, so p*N + N^2/(2s) pages times steps. One through the other, in
 * the mean over N with mean mu and coefficient of variation cv, is the bid per page and step:
 *
 * <pre>(B/mu + d) / (p + mu(1+cv^2)/(2s))</pre>
 *
 * <p>At that price balance and dividends last for just what the turn is expected to need. A turn
 * that may be long (large cv) bids less, because its pages will be many when it is.
 *
 * <p>Integers only, and everything is rounded so that the bid is never too high. Moments of N are
 * E[N] and E[N^2] = mu^2(1+cv^2), in 2^-16 steps and 2^-16 steps squared: {@link TurnLengths}.
 *
 * <p><b>Edges.</b> A context without pages bids for the one it begins: p is at least 1. Whoever
 * bids needs this step at least: E[N] and E[N^2] are at least 1. So the bid is at most B + d, and
 * at most {@link Ledger#MINTED_MAX}. The offer per token is {@link #perToken}. Source: the factor
 * (1+cv^2)/2 is that of renewal theory (the inspection paradox; Feller 1971, XI.4).
 */
public final class DefaultBid {
  /** Pages of a context, at most. */
  public static final int PAGES_MAX = 1 << 24;

  private static final int BITS = TurnLengths.BITS;

  private DefaultBid() {}

  /**
   * The bid per page and step.
   *
   * @param balance micro-credits, 0 to {@link Ledger#MINTED_MAX}
   * @param dividend micro-credits a step, in the same range
   * @param pages it holds, 0 to {@link #PAGES_MAX}
   * @param tokensPerPage 1 to 2^16
   * @param mean expected steps until the turn ends, in 2^-16 steps, at most 2^20 steps
   * @param meanSquare expected square of them, in 2^-16 steps squared, at most 2^40
   * @return micro-credits, rounded down
   */
  public static long perPage(
      long balance, long dividend, int pages, int tokensPerPage, long mean, long meanSquare) {
    require("balance", balance, 0, Ledger.MINTED_MAX);
    require("dividend", dividend, 0, Ledger.MINTED_MAX);
    require("pages", pages, 0, PAGES_MAX);
    require("tokens per page", tokensPerPage, 1, 1 << 16);
    require("mean", mean, 0, (long) TurnLengths.STEPS_MAX << BITS);
    require("mean square", meanSquare, 0, TurnLengths.SQUARE_MAX);
    long steps = Math.max(mean, 1L << BITS);
    long square = Math.max(meanSquare, 1L << BITS);
    // Pages times steps in 2^-8, rounded up: the numerator below has no room for more than 8 bits.
    long growth = Math.ceilDiv(square, 2L * tokensPerPage);
    long need = Math.ceilDiv(Math.max(1, pages) * steps + growth, 1L << 8);
    long have = Math.min(balance + times(dividend, steps), 1L << 54);
    return Math.min(Math.min(balance + dividend, Ledger.MINTED_MAX), (have << 8) / need);
  }

  /**
   * The bid per token slot of a context that bids per page: what it offers for all its pages in the
   * step, spread over the tokens it wants to compute.
   *
   * @param perPage micro-credits per page and step
   * @param tokens it wants in the step, at least 1
   * @return micro-credits, rounded down, at most {@link Ledger#MINTED_MAX}
   */
  public static long perToken(long perPage, int pages, int tokens) {
    require("bid per page", perPage, 0, Ledger.MINTED_MAX);
    require("pages", pages, 0, PAGES_MAX);
    require("tokens", tokens, 1, Integer.MAX_VALUE);
    long page = Math.max(1, pages);
    long offer = perPage > Ledger.MINTED_MAX / page ? Ledger.MINTED_MAX : perPage * page;
    return offer / tokens;
  }

  /** {@code dividend * steps / 2^16}, or 2^53 if that is less. */
  private static long times(long dividend, long steps) {
    long high = Math.multiplyHigh(dividend, steps);
    if (high >= 1 << 8) { // 2^72 and more, of which 16 bits are the fraction
      return Ledger.MINTED_MAX;
    }
    long product = (high << (64 - BITS)) + ((dividend * steps) >>> BITS);
    return Math.min(product, Ledger.MINTED_MAX);
  }

  private static void require(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " is " + value + ", and must be from " + least + " to " + most);
    }
  }
}
