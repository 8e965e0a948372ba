package dev.bourse.scheduler.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.Demands;
import dev.bourse.scheduler.StepPlan;
import dev.bourse.scheduler.market.Instance.Outcome;
import dev.bourse.scheduler.market.Instance.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Looks for a step in which the auction is not what Vickrey, Clarke and Groves say it is. */
class VickreyTest {
  private static final int RANDOM_CASES = 120_000;
  private static final long[] BIDS = {0, 1, 2, 4};

  /** Every step of three rows with small numbers: all accounts, tokens, bids, slots. */
  private static int everySmallStep(Consumer<Instance> check) {
    int[][] accounts = {{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {0, 1, 2}};
    int cases = 0;
    for (int[] account : accounts) {
      for (int slots = 1; slots <= 5; slots++) {
        for (int numbers = 0; numbers < 1 << 9; numbers++) {
          List<Row> rows = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            int number = numbers >> (3 * i);
            // The third has come before the second, and has waited for long.
            rows.add(
                new Row(
                    account[i], i == 2 ? 1 : 2, 1 + (number & 1), BIDS[number >> 1 & 3], 5 * i));
          }
          check.accept(new Instance(slots, rows));
          cases++;
        }
      }
    }
    return cases;
  }

  private static void everyRandomStep(int cases, Consumer<Instance> check) {
    for (int seed = 0; seed < cases; seed++) {
      check.accept(Instance.random(new Random(seed), 7, 6, 14));
    }
  }

  @Test
  void everyPaymentIsWhatOthersLose() {
    int small = everySmallStep(instance -> checkPayments(instance, Instance::welfareOfAllSubsets));
    everyRandomStep(RANDOM_CASES, instance -> checkPayments(instance, Instance::welfare));
    System.out.println("VCG: " + small + " small steps, all; " + RANDOM_CASES + " random ones");
  }

  private static void checkPayments(
      Instance instance, ToLongBiFunction<Instance, Integer> welfare) {
    Outcome outcome = instance.run();
    int[] lane = instance.lane();
    long best = welfare.applyAsLong(instance, -1);
    long reached = 0;
    for (int row = 0; row < instance.rows().size(); row++) {
      int bought = outcome.units().get(row) - lane[row];
      assertThat(bought).as("%s", instance).isNotNegative();
      assertThat(outcome.payments().get(row)).isBetween(0L, bought * instance.price(row));
      reached += bought * instance.price(row);
    }
    assertThat(reached).as("welfare of %s", instance).isEqualTo(best);
    for (int account = 0; account < instance.accounts(); account++) {
      long own =
          instance
              .rowsOf(account)
              .mapToLong(row -> instance.price(row) * (outcome.units().get(row) - lane[row]))
              .sum();
      assertThat(outcome.paidBy(instance, account))
          .as("account %d of %s", account, instance)
          .isEqualTo(welfare.applyAsLong(instance, account) - (best - own));
    }
  }

  @Test
  void whoBidsMoreGetsNoLess() {
    everyRandomStep(
        RANDOM_CASES,
        instance -> {
          int row = instance.rows().size() / 2;
          Instance more = instance.with(row, r -> r.bidding(r.bid() * 2 + 1));
          assertThat(more.run().units().get(row))
              .as("row %d of %s", row, instance)
              .isGreaterThanOrEqualTo(instance.run().units().get(row));
        });
    System.out.println("Monotone: " + RANDOM_CASES + " random steps");
  }

  @Test
  void nobodyGainsByBiddingOrDemandingAnythingButTheTruth() {
    int[] tried = new int[1];
    int cases =
        everySmallStep(
            truth -> {
              Outcome honest = truth.run();
              for (int account = 0; account < truth.accounts(); account++) {
                tried[0] += checkLies(truth, honest, account);
              }
            });
    System.out.println("Truthful: " + cases + " small steps, all; " + tried[0] + " lies, all");
  }

  /** Tries every bid and every lower demand of all rows of an account together. */
  private static int checkLies(Instance truth, Outcome honest, int account) {
    int[] rows = truth.rowsOf(account).toArray();
    long utility = honest.utility(truth, account);
    int lies = 1 << (3 * rows.length);
    for (int lie = 0; lie < lies; lie++) {
      Instance told = truth;
      for (int i = 0; i < rows.length; i++) {
        int number = lie >> (3 * i);
        int tokens = Math.min(1 + (number & 1), truth.rows().get(rows[i]).tokens());
        told = told.with(rows[i], row -> row.bidding(BIDS[number >> 1 & 3]).demanding(tokens));
      }
      assertThat(told.run().utility(truth, account))
          .as("account %d of %s says %s", account, truth, told)
          .isLessThanOrEqualTo(utility);
    }
    return lies;
  }

  @Test
  void anAccountThatSplitsGetsTheSameAndPaysNoLess() {
    everyRandomStep(
        RANDOM_CASES,
        instance -> {
          int sibling = instance.accounts();
          Instance split =
              new Instance(
                  instance.slots(),
                  IntStream.range(0, instance.rows().size())
                      .mapToObj(instance.rows()::get)
                      .map(row -> row.account() == 0 && row.turn() % 2 == 0 ? row.of(sibling) : row)
                      .toList());
          Outcome one = instance.run();
          Outcome several = split.run();
          assertThat(several.units()).isEqualTo(one.units());
          assertThat(several.paidBy(split, 0) + several.paidBy(split, sibling))
              .as("account 0 of %s", instance)
              .isGreaterThanOrEqualTo(one.paidBy(instance, 0));
        });
    System.out.println("Split accounts: " + RANDOM_CASES + " random steps");
  }

  @Test
  void aPromptCutInTwoGetsNoMoreThanBefore() {
    int[] cases = new int[1];
    everyRandomStep(
        RANDOM_CASES,
        instance -> {
          Row row = instance.rows().getFirst();
          // Nobody has waited: the lane serves contexts, and there are more of them.
          if (row.tokens() < 4 || instance.slots() < instance.rows().size()) {
            return;
          }
          List<Row> rows =
              new ArrayList<>(instance.rows().stream().map(VickreyTest::fresh).toList());
          Instance whole = new Instance(instance.slots(), List.copyOf(rows));
          rows.set(0, fresh(row).demanding(2));
          rows.add(1, fresh(row).demanding(row.tokens() - 2));
          Outcome cut = new Instance(instance.slots(), rows).run();
          Outcome before = whole.run();
          assertThat(cut.units().get(0) + cut.units().get(1))
              .as("row 0 of %s", whole)
              .isEqualTo(before.units().get(0));
          assertThat(cut.payments().get(0) + cut.payments().get(1))
              .isEqualTo(before.payments().get(0));
          cases[0]++;
        });
    System.out.println("Prompts cut in two: " + cases[0] + " random steps");
  }

  private static Row fresh(Row row) {
    return new Row(row.account(), row.turn(), row.tokens(), row.bid(), 0);
  }

  @Test
  void theRevenueWithoutAnAccountIsThatOfAStepWithoutIt() {
    everyRandomStep(
        RANDOM_CASES,
        instance -> {
          Auction auction = new Auction(Instance.CONFIG);
          Demands demands = instance.demands();
          StepPlan plan = new StepPlan();
          auction.run(demands, instance.slots(), plan);
          long slotPrice = auction.slotPrice();
          for (int account = 0; account < instance.accounts(); account++) {
            int absent = account;
            long without =
                instance.without(account).run().payments().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(auction.revenueWithout(other -> other == absent))
                .as("%s", instance)
                .isEqualTo(without);
          }
          assertThat(auction.slotPrice()).isEqualTo(slotPrice);
        });
    System.out.println("Revenue without an account: " + RANDOM_CASES + " random steps");
  }
}
