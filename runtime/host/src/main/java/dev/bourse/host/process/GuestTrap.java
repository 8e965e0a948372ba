package dev.bourse.host.process;

/**
 * A guest broke a rule of the ABI: a pointer outside its memory, a handle it does not own, text
 * that is not UTF-8. It ends the guest, so it carries no stack trace of the host.
 */
public final class GuestTrap extends RuntimeException {
  private static final long serialVersionUID = 1;

  public GuestTrap(String message) {
    super(message, null, false, false);
  }

  /** The same, saying which import the guest called. */
  public GuestTrap in(String function) {
    return new GuestTrap(function + ": " + getMessage());
  }
}
