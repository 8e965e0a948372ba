package dev.bourse.scheduler.market;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A small step, and what it comes to by definition: plain sums and sorts, nothing of the auction.
 */
record Instance(int slots, List<Row> rows) {
  record Row(int account, long turn, int tokens, long bid, int waited) {
    Row bidding(long other) {
      return new Row(account, turn, tokens, other, waited);
    }

    Row demanding(int other) {
      return new Row(account, turn, other, bid, waited);
    }

    Row of(int other) {
      return new Row(other, turn, tokens, bid, waited);
    }
  }

  /** What an auction makes of it: units and payments by row. */
  record Outcome(List<Integer> units, List<Long> payments, long slotPrice) {
    long paidBy(Instance instance, int account) {
      return instance.rowsOf(account).mapToLong(payments::get).sum();
    }

    /** Value of what an account gets, less what it pays, for an account with these values. */
    long utility(Instance values, int account) {
      return values.rowsOf(account).mapToLong(row -> values.price(row) * units.get(row)).sum()
          - paidBy(values, account);
    }
  }

  static final MarketConfig CONFIG = MarketConfig.DEFAULT.withLane(4, 2, 10);

  static Instance random(Random random, int rowsMax, int tokensMax, int waitMax) {
    List<Row> rows = new ArrayList<>();
    int accounts = 1 + random.nextInt(4);
    for (int i = 1 + random.nextInt(rowsMax); i > 0; i--) {
      rows.add(
          new Row(
              random.nextInt(accounts),
              random.nextInt(6),
              1 + random.nextInt(tokensMax),
              random.nextBoolean() ? random.nextInt(70) : 1L << random.nextInt(7),
              random.nextInt(waitMax)));
    }
    return new Instance(1 + random.nextInt(rowsMax * tokensMax / 2 + 1), rows);
  }

  IntStream rowsOf(int account) {
    return IntStream.range(0, rows.size()).filter(row -> rows.get(row).account == account);
  }

  int accounts() {
    return rows.stream().mapToInt(Row::account).max().orElse(-1) + 1;
  }

  /** What a bid counts as. */
  long price(int row) {
    return Long.highestOneBit(rows.get(row).bid);
  }

  Instance with(int row, UnaryOperator<Row> change) {
    List<Row> changed = new ArrayList<>(rows);
    changed.set(row, change.apply(rows.get(row)));
    return new Instance(slots, changed);
  }

  Instance without(int account) {
    return new Instance(slots, rows.stream().filter(row -> row.account != account).toList());
  }

  Demands demands() {
    Demands demands = new Demands();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      demands.add(i, row.account, row.turn, row.tokens, row.bid, row.waited, 0);
    }
    return demands;
  }

  Outcome run() {
    return run(new Auction(CONFIG));
  }

  Outcome run(Auction auction) {
    StepPlan plan = new StepPlan();
    Demands demands = demands();
    auction.run(demands, slots, plan);
    plan.check(demands, slots);
    List<Integer> units = new ArrayList<>();
    List<Long> payments = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      units.add(plan.tokensOf(row));
      payments.add(units.get(row) == 0 ? 0 : plan.payment(plan.grantOf(row)));
    }
    return new Outcome(units, payments, auction.slotPrice());
  }

  /** What the lane gives each row. */
  int[] lane() {
    int[] lane = new int[rows.size()];
    List<Integer> waiting =
        IntStream.range(0, rows.size())
            .filter(row -> rows.get(row).waited >= CONFIG.waitSteps())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(row -> -rows.get(row).waited)
                    .thenComparingLong(row -> rows.get(row).turn)
                    .thenComparingInt(row -> row))
            .toList();
    int left = slots / CONFIG.laneShare();
    for (int row : waiting) {
      lane[row] = Math.min(left, Math.min(CONFIG.laneQuantum(), rows.get(row).tokens));
      left -= lane[row];
    }
    return lane;
  }

  /** What the units that the lane leaves count as, of everybody but one account. */
  LongStream marketUnits(int absent) {
    int[] lane = lane();
    return IntStream.range(0, rows.size())
        .filter(row -> rows.get(row).account != absent)
        .boxed()
        .flatMapToLong(
            row -> LongStream.generate(() -> price(row)).limit(rows.get(row).tokens - lane[row]));
  }

  /** The greatest welfare of the market: its best units. */
  long welfare(int absent) {
    long[] units = marketUnits(absent).sorted().toArray();
    int capacity = slots - IntStream.of(lane()).sum();
    return LongStream.of(units).skip(Math.max(units.length - capacity, 0)).sum();
  }

  /** The same, but of all ways to choose units. */
  long welfareOfAllSubsets(int absent) {
    long[] units = marketUnits(absent).toArray();
    int capacity = slots - IntStream.of(lane()).sum();
    long best = 0;
    for (int set = 0; set < 1 << units.length; set++) {
      if (Integer.bitCount(set) <= capacity) {
        long sum = 0;
        for (int unit = 0; unit < units.length; unit++) {
          sum += (set >> unit & 1) * units[unit];
        }
        best = Math.max(best, sum);
      }
    }
    return best;
  }
}
