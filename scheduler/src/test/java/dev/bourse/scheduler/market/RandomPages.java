package dev.bourse.scheduler.market;

import java.util.Random;

/** Prefix trees for tests, and what a set of contexts would cost alone, by definition. */
final class RandomPages {
  private RandomPages() {}

  /** Fills {@code pages} with up to so many segments and contexts, 1 or more of the latter. */
  static void fill(SharedPages pages, Random random, int segments, int contexts, long bidMax) {
    pages.clear();
    int segmentCount = random.nextInt(segments + 1);
    for (int segment = 0; segment < segmentCount; segment++) {
      pages.addSegment(random.nextInt(segment + 1) - 1, random.nextInt(5));
    }
    int contextCount = 1 + random.nextInt(contexts);
    for (int context = 0; context < contextCount; context++) {
      long bid = bidMax == Long.MAX_VALUE ? bidMax : random.nextLong(bidMax + 1);
      pages.addContext(context, random.nextInt(segmentCount + 1) - 1, random.nextInt(4), bid);
    }
  }

  static boolean uses(SharedPages pages, int context, int segment) {
    int at = pages.end(context);
    while (at != SharedPages.NONE && at != segment) {
      at = pages.parent(at);
    }
    return at == segment;
  }

  /** Pages that the contexts whose bits are set use together. */
  static long pagesOf(SharedPages pages, int set) {
    long sum = 0;
    for (int segment = 0; segment < pages.segments(); segment++) {
      boolean used = false;
      for (int context = 0; context < pages.contexts(); context++) {
        used |= (set >> context & 1) != 0 && uses(pages, context, segment);
      }
      sum += used ? pages.pages(segment) : 0;
    }
    for (int context = 0; context < pages.contexts(); context++) {
      sum += (set >> context & 1) != 0 ? pages.own(context) : 0;
    }
    return sum;
  }

  static int everybody(SharedPages pages) {
    return (1 << pages.contexts()) - 1;
  }

  /**
   * The Shapley value by its definition: what each adds to those before it, summed over all orders.
   *
   * @return for each context, in pages times the number of orders
   */
  static long[] shapleyOverAllOrders(SharedPages pages) {
    long[] cost = new long[1 << pages.contexts()];
    for (int set = 0; set < cost.length; set++) {
      cost[set] = pagesOf(pages, set);
    }
    long[] sums = new long[pages.contexts()];
    addOrders(cost, 0, sums, new int[pages.contexts()], 0);
    return sums;
  }

  private static void addOrders(long[] cost, int before, long[] sums, int[] order, int length) {
    if (length == order.length) {
      int set = 0;
      for (int context : order) {
        sums[context] += cost[set | 1 << context] - cost[set];
        set |= 1 << context;
      }
      return;
    }
    for (int context = 0; context < order.length; context++) {
      if ((before >> context & 1) == 0) {
        order[length] = context;
        addOrders(cost, before | 1 << context, sums, order, length + 1);
      }
    }
  }
}
