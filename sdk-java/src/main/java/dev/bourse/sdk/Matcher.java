package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestMatcher;
import java.util.Optional;

/**
 * Follows one text under a {@link Grammar}, token by token, and tells which tokens may come next.
 * Made by {@link Model#matcher}. Close it to free its memory.
 */
public final class Matcher implements AutoCloseable {
  private final GuestMatcher guest;

  Matcher(GuestMatcher guest) {
    this.guest = guest;
  }

  /**
   * Goes on by some tokens.
   *
   * @throws InferletException if one of them is not allowed where it stands; then nothing has
   *     changed
   */
  public Matcher accept(int... tokens) {
    guest.accept(tokens);
    return this;
  }

  /** The tokens that may come next, the model's stop tokens where the text may end. */
  public Mask nextTokens() {
    return Mask.ofRuns(guest.nextTokenRuns());
  }

  /** Whether the text may end here. */
  public boolean mayEnd() {
    return guest.mayEnd();
  }

  /** Whether a stop token was accepted. */
  public boolean isTerminated() {
    return guest.isTerminated();
  }

  /** Back to the beginning of the text. */
  public void reset() {
    guest.reset();
  }

  /** Another matcher of the same text. */
  public Matcher fork() {
    return new Matcher(guest.fork());
  }

  /**
   * Takes the last tokens back.
   *
   * @throws InferletException if there are not so many
   */
  public Matcher rollback(int tokens) {
    Checks.atLeast("tokens", tokens, 0);
    guest.rollback(tokens);
    return this;
  }

  /** Tokens that must come next, whatever is chosen; they need not be evaluated one by one. */
  public int[] forcedTokens() {
    return guest.forcedTokens();
  }

  /**
   * Tokens that bring the text to an end by the shortest way, without a stop token: none if it may
   * end here.
   *
   * @return empty if the text has ended, or no end is near enough to be found
   */
  public Optional<int[]> closingTokens() {
    return guest.closingTokens();
  }

  /** Frees its memory. Idempotent. */
  @Override
  public void close() {
    guest.close();
  }

  GuestMatcher guest() {
    return guest;
  }
}
