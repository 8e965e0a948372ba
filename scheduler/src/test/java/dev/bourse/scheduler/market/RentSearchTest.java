package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Looks for trees in which rent is lost, made, or unfair. */
class RentSearchTest {
  private static final long UNCAPPED = Long.MAX_VALUE;

  /** A multiple of 1 to 8: a rent that divides by any number of users here. */
  private static final int DIVISIBLE = 840;

  private final SharedPages pages = new SharedPages();
  private final Rent rent = new Rent();

  @Test
  void onRandomTreesRentIsThePageCostExactlyAndNoSetOfContextsPaysMoreThanAlone() {
    int trees = 150_000;
    Random random = new Random(1);
    for (int tree = 0; tree < trees; tree++) {
      RandomPages.fill(pages, random, 8, 7, UNCAPPED);
      checkUncapped("tree " + tree, 1 + random.nextInt(40));
    }
    System.out.printf("rent: %d random trees%n", trees);
  }

  @Test
  void onAllSmallTreesRentIsThePageCostExactlyAndNoSetOfContextsPaysMoreThanAlone() {
    int trees = 0;
    for (int segments = 0; segments <= 3; segments++) {
      for (int contexts = 1; contexts <= 4; contexts++) {
        int shapes = 1;
        for (int segment = 0; segment < segments; segment++) {
          shapes *= 3 * (segment + 1);
        }
        for (int context = 0; context < contexts; context++) {
          shapes *= 2 * (segments + 1);
        }
        for (int shape = 0; shape < shapes; shape++) {
          build(shape, segments, contexts);
          checkUncapped("tree " + trees, 1 + trees % 5);
          trees++;
        }
      }
    }
    System.out.printf("rent: all %d trees of 3 segments and 4 contexts%n", trees);
    assertThat(trees).isGreaterThan(100_000);
  }

  /** The tree whose choices are the digits of {@code shape}. */
  private void build(int shape, int segments, int contexts) {
    int digits = shape;
    pages.clear();
    for (int segment = 0; segment < segments; segment++) {
      int parent = digits % (segment + 1) - 1;
      digits /= segment + 1;
      pages.addSegment(parent, digits % 3);
      digits /= 3;
    }
    for (int context = 0; context < contexts; context++) {
      int end = digits % (segments + 1) - 1;
      digits /= segments + 1;
      pages.addContext(context, end, digits % 2, UNCAPPED);
      digits /= 2;
    }
  }

  private void checkUncapped(String name, int unit) {
    rent.compute(pages, unit, 1);
    int everybody = RandomPages.everybody(pages);
    long sum = 0;
    long effective = 0;
    for (int context = 0; context < pages.contexts(); context++) {
      sum += rent.charge(context);
      effective += rent.effectivePages(context);
      checkNearShapley(name, context, unit);
    }
    long inUse = RandomPages.pagesOf(pages, everybody);
    if (sum != inUse * unit || effective != inUse << Rent.FRACTION_BITS) {
      throw new AssertionError(name + ": " + sum + " of " + inUse + " pages at " + unit);
    }
    for (int set = 1; set <= everybody; set++) {
      long charges = 0;
      for (int context = 0; context < pages.contexts(); context++) {
        charges += (set >> context & 1) * rent.charge(context);
      }
      if (charges > RandomPages.pagesOf(pages, set) * unit) {
        throw new AssertionError(name + ": the contexts " + set + " pay more than alone");
      }
    }
  }

  private void checkNearShapley(String name, int context, int unit) {
    long shapley = (long) pages.own(context) * unit * DIVISIBLE;
    double bound = 1e-9;
    for (int users = 1; users <= pages.contexts(); users++) {
      bound += 1.0 / users;
    }
    for (int at = pages.end(context); at != SharedPages.NONE; at = pages.parent(at)) {
      shapley += (long) pages.pages(at) * unit * DIVISIBLE / rent.users(at);
    }
    if (Math.abs(rent.charge(context) - (double) shapley / DIVISIBLE) > bound) {
      throw new AssertionError(name + ": context " + context + " pays " + rent.charge(context));
    }
  }

  @Test
  void sharesAreTheShapleyValueOverAllOrders() {
    int trees = 3_000;
    Random random = new Random(2);
    int[] orders = {1, 1, 2, 6, 24, 120, 720};
    for (int tree = 0; tree < trees; tree++) {
      RandomPages.fill(pages, random, 6, 6, UNCAPPED);
      rent.compute(pages, DIVISIBLE, 1);
      long[] sums = RandomPages.shapleyOverAllOrders(pages);
      for (int context = 0; context < sums.length; context++) {
        assertThat(rent.charge(context) * orders[sums.length])
            .as("tree %d, context %d", tree, context)
            .isEqualTo(sums[context] * DIVISIBLE);
      }
    }
    System.out.printf("rent: %d trees against all orders of up to 6 contexts%n", trees);
  }

  @Test
  void nobodyPaysMoreThanItsCapAndTheSumIsExactWhereNoCapBinds() {
    int trees = 150_000;
    int exact = 0;
    Random random = new Random(3);
    long[] uncapped = new long[8];
    SharedPages same = new SharedPages();
    for (int tree = 0; tree < trees; tree++) {
      RandomPages.fill(pages, random, 8, 7, random.nextBoolean() ? 60 : 600);
      int price = random.nextInt(50);
      int ticks = random.nextInt(4);
      withoutCaps(same, price, ticks, uncapped);
      rent.compute(pages, price, ticks);
      boolean binds = false;
      long sum = 0;
      for (int context = 0; context < pages.contexts(); context++) {
        long charge = rent.charge(context);
        sum += charge;
        binds |= charge < uncapped[context];
        BigInteger offered = BigInteger.valueOf(pages.bid(context) * ticks);
        BigInteger cap = offered.multiply(BigInteger.valueOf(rent.effectivePages(context)));
        BigInteger paid = BigInteger.valueOf(charge - 1).shiftLeft(Rent.FRACTION_BITS);
        assertThat(charge <= uncapped[context] && (charge == 0 || paid.compareTo(cap) < 0))
            .as("tree %d, context %d pays %d", tree, context, charge)
            .isTrue();
        assertThat(pages.bid(context) > 0 || charge == 0).as("who bids nothing").isTrue();
      }
      if (!binds) {
        exact++;
        long inUse = RandomPages.pagesOf(pages, RandomPages.everybody(pages));
        assertThat(sum).as("tree %d", tree).isEqualTo(inUse * price * ticks);
      }
    }
    System.out.printf("rent: %d trees with caps, %d of which bind nobody%n", trees, exact);
    assertThat(exact).isBetween(trees / 20, trees - trees / 20);
  }

  private void withoutCaps(SharedPages same, int price, int ticks, long[] charges) {
    same.clear();
    for (int segment = 0; segment < pages.segments(); segment++) {
      same.addSegment(pages.parent(segment), pages.pages(segment));
    }
    for (int context = 0; context < pages.contexts(); context++) {
      same.addContext(0, pages.end(context), pages.own(context), UNCAPPED);
    }
    rent.compute(same, price, ticks);
    for (int context = 0; context < pages.contexts(); context++) {
      charges[context] = rent.charge(context);
    }
  }

  @Test
  void aForkMintsNothing() {
    int trees = 100_000;
    Random random = new Random(4);
    SharedPages forked = new SharedPages();
    for (int tree = 0; tree < trees; tree++) {
      RandomPages.fill(pages, random, 6, 6, UNCAPPED);
      int parent = random.nextInt(pages.contexts());
      fork(forked, parent);
      rent.compute(forked, DIVISIBLE, 1);
      long both = rent.charge(parent) + rent.charge(pages.contexts());
      long[] after = new long[pages.contexts()];
      long sum = both;
      for (int context = 0; context < after.length; context++) {
        after[context] = rent.charge(context);
        sum += context == parent ? 0 : after[context];
      }
      rent.compute(pages, DIVISIBLE, 1);
      assertThat(both).as("tree %d", tree).isGreaterThanOrEqualTo(rent.charge(parent));
      for (int context = 0; context < after.length; context++) {
        assertThat(after[context]).isLessThanOrEqualTo(rent.charge(context));
        sum -= rent.charge(context);
      }
      assertThat(sum).as("tree %d: the pages cost the same", tree).isZero();
    }
    System.out.printf("rent: %d forks%n", trees);
  }

  /** The same with a child of {@code parent}, whose own pages they share. */
  private void fork(SharedPages forked, int parent) {
    forked.clear();
    for (int segment = 0; segment < pages.segments(); segment++) {
      forked.addSegment(pages.parent(segment), pages.pages(segment));
    }
    int shared = forked.addSegment(pages.end(parent), pages.own(parent));
    for (int context = 0; context < pages.contexts(); context++) {
      boolean forks = context == parent;
      forked.addContext(
          context, forks ? shared : pages.end(context), forks ? 0 : pages.own(context), UNCAPPED);
    }
    forked.addContext(parent, shared, 0, UNCAPPED);
  }
}
