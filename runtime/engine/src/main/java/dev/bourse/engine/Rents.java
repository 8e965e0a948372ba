package dev.bourse.engine;

import dev.bourse.kv.PageTree;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.Rent;
import dev.bourse.scheduler.market.SharedPages;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Has contexts pay for the pages they keep in memory while others wait for some. Owned by whoever
 * holds the engine's lock.
 *
 * <p>Who uses which page is looked up, and rent paid, every {@value #PERIOD} ticks. While nobody
 * waits there is no rent, and nothing is looked up.
 */
final class Rents {
  private static final int PERIOD = 8;

  private final Market market;
  private final PageTree tree;
  private final SharedPages pages = new SharedPages();
  private final List<Context> payers = new ArrayList<>();

  private int ticks;

  Rents(Market market, PageTree tree) {
    this.market = market;
    this.tree = tree;
  }

  /** Micro-credits for each page and tick. */
  long perPage() {
    return market.leases().rent();
  }

  /** Lets ticks pass. */
  void pass(int passed, Supplier<List<Context>> contexts, ToLongFunction<Context> bids) {
    ticks += passed;
    if (ticks >= PERIOD) {
      if (perPage() > 0) {
        list(contexts.get(), bids);
        market.chargeRent(pages, ticks);
        tell();
      }
      ticks = 0;
    }
  }

  private void list(List<Context> contexts, ToLongFunction<Context> bids) {
    tree.clear();
    pages.clear();
    payers.clear();
    List<Integer> ends = new ArrayList<>();
    for (Context context : contexts) {
      int before = tree.size();
      ends.clear();
      tree.add(context.table(), ends::add);
      for (int node = before; node < tree.size(); node++) {
        pages.addSegment(tree.parent(node), 1);
      }
      int own = context.table().ownFrameCount();
      int account = context.process().payer().number();
      long bid = bids.applyAsLong(context);
      if (ends.isEmpty() && own > 0) {
        add(context, account, SharedPages.NONE, own, bid);
      }
      for (int end : ends) {
        add(context, account, end, own, bid);
        own = 0;
      }
    }
  }

  private void add(Context context, int account, int end, int own, long bid) {
    payers.add(context);
    pages.addContext(account, end, own, bid);
  }

  private void tell() {
    Rent rent = market.rent();
    payers.forEach(Context::beginRent);
    for (int row = 0; row < payers.size(); row++) {
      payers.get(row).paidRent(rent.paid(row), rent.effectivePages(row));
    }
  }
}
