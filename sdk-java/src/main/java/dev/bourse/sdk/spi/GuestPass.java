package dev.bourse.sdk.spi;

/** A forward pass that is under way. */
public interface GuestPass {
  /**
   * Waits for it ({@code future-output.get}); once. A pass that fails leaves the context as it was.
   */
  GuestOutput await();
}
