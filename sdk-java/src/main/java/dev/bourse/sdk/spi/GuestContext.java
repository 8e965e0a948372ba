package dev.bourse.sdk.spi;

import dev.bourse.sdk.Bids;
import dev.bourse.sdk.SaveOptions;

/**
 * A context at the level of pages. The SDK's {@link dev.bourse.sdk.Context} keeps the books over
 * it; the numbers reported here are the engine's own.
 */
public interface GuestContext extends AutoCloseable {
  /**
   * A new anonymous context: committed pages shared, working pages copied ({@code context.fork}).
   */
  GuestContext fork();

  /** Tokens that one page holds ({@code context.tokens-per-page}). */
  int tokensPerPage();

  /** Committed pages: full, immutable, shared with forks ({@code context.committed-page-count}). */
  int committedPages();

  /** Working pages reserved, filled or not ({@code context.working-page-count}). */
  int workingPages();

  /** Tokens computed into working pages ({@code context.working-page-token-count}). */
  int workingTokens();

  /**
   * Reserves {@code pages} more working pages, waiting under contention ({@code
   * context.reserve-working-pages}).
   */
  void reserveWorkingPages(int pages);

  /**
   * Gives back {@code pages} unused working pages from the tail ({@code
   * context.release-working-pages}).
   */
  void releaseWorkingPages(int pages);

  /**
   * Commits the first {@code pages} working pages, all of them full ({@code
   * context.commit-working-pages}).
   */
  void commitWorkingPages(int pages);

  /**
   * Removes the last {@code tokens} working tokens ({@code context.truncate-working-page-tokens}).
   */
  void truncateWorkingTokens(int tokens);

  /** Tokens in all pages ({@code bourse:context} {@code context.length}). */
  int length();

  /** Token ids of {@code count} slots ({@code bourse:context} {@code context.tokens}). */
  int[] tokens(int from, int count);

  /** Their positions ({@code bourse:context} {@code context.positions}). */
  int[] positions(int from, int count);

  /**
   * Saves what is in the pages ({@code context.save}, or {@code bourse:context} {@code
   * context.save} with options).
   */
  void save(String name, SaveOptions options);

  /** Saves under a name that is made up ({@code context.snapshot}). */
  String snapshot();

  /** Gives the memory up until the next pass ({@code context.suspend}). */
  void suspend();

  /** Limits what later rows see ({@code bourse:context} {@code context.window}). */
  void window(int sinkTokens, int windowTokens);

  /** Hides full pages from later rows ({@code bourse:context} {@code context.drop-pages}). */
  void dropPages(int first, int count);

  /** Bids {@code credits} per page and step from now on ({@code context.bid}). */
  void bid(double credits);

  /** Bids for token slots and for pages ({@code bourse:market} {@code context.bids}). */
  void bid(double perToken, double perPage);

  /** Has the engine bid ({@code bourse:market} {@code context.auto-bid}). */
  void autoBid();

  /**
   * Tells for how many steps this context will go on; 0 if nobody knows ({@code bourse:market}
   * {@code context.horizon}).
   */
  void horizon(int steps);

  /** What it offers now ({@code bourse:market} {@code context.offers}). */
  Bids bids();

  /** What this context pays per step at present, in credits ({@code scheduling.rent}). */
  double rent();

  /** Seconds that a step of the engine took so far, on average ({@code scheduling.latency}). */
  double latency();

  /**
   * Hands one forward pass to the engine ({@code forward-pass.execute}). The caller has reserved
   * room for every input token.
   */
  GuestPass start(ForwardRequest request);

  /** Drops the handle; the pages of an anonymous context are freed. Idempotent. */
  @Override
  void close();
}
