package dev.bourse.sdk.spi;

import java.util.Optional;

/** Which tokens may come next under a grammar. */
public interface GuestMatcher extends AutoCloseable {
  /** Goes on, or throws and stays ({@code matcher.accept-tokens}). */
  void accept(int[] tokens);

  /** Binary run lengths over the vocabulary ({@code matcher.next-token-logit-mask}). */
  int[] nextTokenRuns();

  /** Whether a stop token was accepted ({@code matcher.is-terminated}). */
  boolean isTerminated();

  /** Whether one would be ({@code bourse:inference} {@code matcher.may-end}). */
  boolean mayEnd();

  /** Back to the beginning ({@code matcher.reset}). */
  void reset();

  /** Another one of the same text ({@code bourse:inference} {@code matcher.fork}). */
  GuestMatcher fork();

  /** Takes tokens back ({@code bourse:inference} {@code matcher.rollback}). */
  void rollback(int tokens);

  /** What must come next ({@code bourse:inference} {@code matcher.forced-tokens}). */
  int[] forcedTokens();

  /** The shortest way to an end ({@code bourse:inference} {@code matcher.closing-tokens}). */
  Optional<int[]> closingTokens();

  /** Drops the handle. Idempotent. */
  @Override
  void close();
}
