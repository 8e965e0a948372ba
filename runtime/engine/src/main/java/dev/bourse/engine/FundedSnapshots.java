package dev.bourse.engine;

import dev.bourse.kv.snapshot.SnapshotName;
import dev.bourse.scheduler.market.TurnLengths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Snapshots that somebody pays for to be kept in memory. Owned by whoever holds the engine's lock.
 *
 * <p>Credits that were laid by for a snapshot are in an account of its own. Its pages are those of
 * a context that does nothing (all but the last, if that is partly filled): it pays rent like every
 * other, out of that account, and bids what the account can keep up for a million steps. When the
 * account is empty, or others bid more for the memory, the snapshot is <em>demoted</em>: it is on
 * disk only, as if nobody had paid, and what is left goes back to whoever did. It is never deleted
 * for that.
 */
final class FundedSnapshots {
  /** Steps its bid is to be kept up for: as many as a turn can have. */
  private static final int HORIZON = TurnLengths.STEPS_MAX;

  private final Map<SnapshotName, EngineProcess> funded = new LinkedHashMap<>();
  private final Exchange exchange;

  FundedSnapshots(Exchange exchange) {
    this.exchange = exchange;
  }

  /** A snapshot is kept by a process of its own, with one context; instead of an earlier one. */
  void add(SnapshotName name, EngineProcess keeper) {
    demote(name);
    keeper.contexts().forEach(context -> context.expect(HORIZON));
    funded.put(name, keeper);
  }

  /** A snapshot is deleted, replaced, renamed or taken, or not paid for any more. */
  void demote(SnapshotName name) {
    EngineProcess keeper = funded.remove(name);
    if (keeper != null) {
      keeper.end("the snapshot is kept in memory no more");
    }
  }

  /** Credits that are left for a snapshot; empty if it is not kept in memory. */
  OptionalDouble left(SnapshotName name) {
    EngineProcess keeper = funded.get(name);
    return keeper == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(exchange.accounts().view(keeper.payer()).balance());
  }

  /** Demotes those whose account is empty, and those that had to leave memory. */
  void demoteInsolvent() {
    if (funded.isEmpty()) {
      return;
    }
    List<SnapshotName> gone = new ArrayList<>();
    funded.forEach(
        (name, keeper) -> {
          boolean left = keeper.contexts().stream().noneMatch(FundedSnapshots::isKept);
          if (left || exchange.accounts().isEmpty(keeper.payer())) {
            gone.add(name);
          }
        });
    gone.forEach(this::demote);
  }

  private static boolean isKept(Context context) {
    return context.table().isPinned() || context.isBusy();
  }
}
