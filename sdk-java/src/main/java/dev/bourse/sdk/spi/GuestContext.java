package dev.bourse.sdk.spi;

import dev.bourse.sdk.SlotOutput;
import java.util.List;

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

  /** Bids {@code credits} per page and step from now on ({@code context.bid}). */
  void bid(double credits);

  /** What this context pays per step at present, in credits ({@code scheduling.rent}). */
  double rent();

  /**
   * The expected time to the next step of this context, in seconds ({@code scheduling.latency}).
   */
  double latency();

  /**
   * Runs one forward pass and waits for it ({@code forward-pass.execute}, then {@code
   * future-output.get}). The caller has reserved room for every input token. A pass that fails
   * leaves the context as it was.
   *
   * @return one output per slot of the request, in its order
   */
  List<SlotOutput> forward(ForwardRequest request);

  /** Drops the handle; the pages of an anonymous context are freed. Idempotent. */
  @Override
  void close();
}
