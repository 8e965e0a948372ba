package dev.bourse.engine;

import dev.bourse.kv.PageTree;
import dev.bourse.scheduler.market.Market;
import dev.bourse.scheduler.market.Rent;
import dev.bourse.scheduler.market.SharedPages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Has contexts pay for the pages they keep in memory while others wait for some. Owned by whoever
 * holds the engine's lock.
 *
 * <p>Who uses which page is looked up, and rent paid, every {@value #PERIOD} ticks that cost
 * something. While nobody waits there is no rent, and nothing is looked up.
 */
final class Rents {
  private static final int PERIOD = 8;

  private final Market market;
  private final PageTree tree;
  private final SharedPages pages = new SharedPages();
  private final Consumer<Consumer<Context>> contexts;
  private final ToLongFunction<Context> bids;
  private final Consumer<Context> adder = this::add;
  private final PageTree.Ends endsListed = this::endsIn;

  /** By row of {@link #pages}. */
  private final List<Context> payers = new ArrayList<>();

  /** Where the context that is listed ends. */
  private int[] ends = new int[4];

  private int endCount;
  private int ticks;

  /**
   * @param contexts has something done with every context there is
   * @param bids of contexts, in micro-credits for each page and tick
   */
  Rents(
      Market market,
      PageTree tree,
      Consumer<Consumer<Context>> contexts,
      ToLongFunction<Context> bids) {
    this.market = market;
    this.tree = tree;
    this.contexts = contexts;
    this.bids = bids;
  }

  /** Micro-credits for each page and tick. */
  long perPage() {
    return market.leases().rent();
  }

  /** Lets ticks pass. */
  void pass(int passed) {
    if (perPage() == 0) {
      return;
    }
    ticks += passed;
    if (ticks >= PERIOD) {
      list();
      market.chargeRent(pages, ticks);
      tell();
      ticks = 0;
    }
  }

  private void list() {
    tree.clear();
    pages.clear();
    payers.clear();
    contexts.accept(adder);
  }

  private void add(Context context) {
    if (!context.holdsMemory()) {
      return;
    }
    int before = tree.size();
    endCount = 0;
    tree.add(context.table(), endsListed);
    for (int node = before; node < tree.size(); node++) {
      pages.addSegment(tree.parent(node), 1);
    }
    int own = context.table().ownFrameCount();
    long bid = bids.applyAsLong(context);
    if (endCount == 0 && own > 0) {
      add(context, SharedPages.NONE, own, bid);
    }
    for (int i = 0; i < endCount; i++) {
      add(context, ends[i], i == 0 ? own : 0, bid);
    }
  }

  private void endsIn(int node) {
    if (endCount == ends.length) {
      ends = Arrays.copyOf(ends, endCount * 2);
    }
    ends[endCount++] = node;
  }

  private void add(Context context, int end, int own, long bid) {
    payers.add(context);
    pages.addContext(context.process().payer().number(), end, own, bid);
  }

  private void tell() {
    Rent rent = market.rent();
    payers.forEach(Context::beginRent);
    for (int row = 0; row < payers.size(); row++) {
      payers.get(row).paidRent(rent.paid(row), rent.effectivePages(row));
    }
  }
}
