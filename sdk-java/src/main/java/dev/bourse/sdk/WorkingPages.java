package dev.bourse.sdk;

import dev.bourse.sdk.spi.GuestContext;

/** Reserves, commits and releases the working pages of a context, as many as its tokens need. */
final class WorkingPages {
  private final GuestContext guest;

  WorkingPages(GuestContext guest) {
    this.guest = guest;
  }

  /** Makes room for {@code tokens} more. */
  void reserveFor(int tokens) {
    int pageSize = guest.tokensPerPage();
    int room = guest.workingPages() * pageSize - guest.workingTokens();
    if (room < tokens) {
      guest.reserveWorkingPages(ceilDiv(tokens - room, pageSize));
    }
  }

  /** Commits full pages, but none that holds one of the last {@code removable} tokens. */
  void commitAllBut(int removable) {
    int committable = (guest.workingTokens() - removable) / guest.tokensPerPage();
    if (committable > 0) {
      guest.commitWorkingPages(committable);
    }
  }

  /** Removes the last {@code tokens} tokens, and the pages that are empty then. */
  void remove(int tokens) {
    guest.truncateWorkingTokens(tokens);
    int unused = guest.workingPages() - ceilDiv(guest.workingTokens(), guest.tokensPerPage());
    if (unused > 0) {
      guest.releaseWorkingPages(unused);
    }
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
