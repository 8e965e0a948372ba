package dev.bourse.host.pie;

import dev.bourse.host.abi.Guest;

/** Text that the host keeps for a guest, counted. */
final class HeldText {
  private final Guest guest;
  private long held;

  HeldText(Guest guest) {
    this.guest = guest;
  }

  /** From now on it is so many characters. */
  void count(long chars) {
    long bytes = Character.BYTES * chars;
    long more = bytes - held;
    held = bytes;
    if (more > 0) {
      guest.hold(more);
    } else {
      guest.letGo(-more);
    }
  }
}
