package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.engine.Budget;
import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.host.Scripts.Place;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Program;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bids, prices and budgets of inferlets, sandboxed and host-side. */
class MarketTest {
  private static Model model;

  @TempDir private Path folder;

  @BeforeAll
  static void load() throws Exception {
    model = TestModel.load();
  }

  @AfterAll
  static void unload() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource
  void anInferletBidsAndReadsPrices(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(scripts.run(place, "prices 8", "account"))
          .isEqualTo(
              """
              0 steps, 0 tokens, a slot for 0.0, a page for 0.0
              1000.0 credits, 1.0 of the endowments, dividend 0.0, tokens without limit
              """);
      assertThat(
              scripts.run(
                  place,
                  "bids 1.5 0.25",
                  "offers",
                  "bids NaN -3",
                  "offers",
                  "bids 1.5 0.25",
                  "append The capital of",
                  "flush",
                  "generate-idle",
                  "offers",
                  "fork",
                  "bid 0.5",
                  "generate 3",
                  "payment",
                  "rent",
                  "horizon 9",
                  "auto-bid"))
          .isEqualTo(
              """
              Bids[perToken=1.5, perPage=0.25]
              Bids[perToken=0.0, perPage=0.0]
              Bids[perToken=0.0, perPage=0.0]  the
              Bids[perToken=1.5, perPage=0.25]
               United States
              0.0 and 0.0 paid, some time waited
              0.0 for a step of some time
              """);
      assertThat(scripts.run(place, "prices 2"))
          .isEqualTo("2 steps, 2 tokens, a slot for 0.0, a page for 0.0\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBudgetIsWhatTheInferletSeesAndComesBackWhenItEnds(Place place) throws Exception {
    Budget budget = new Budget(12.5, 250, OptionalLong.of(40));
    try (Scripts scripts = Scripts.on(model, folder)) {
      String told = "12.5 credits, 0.25 of the endowments, dividend 0.0, tokens %d\n";
      assertThat(scripts.run(place, budget, "account", "append x", "flush", "account"))
          .isEqualTo(told.formatted(40) + told.formatted(39));
      assertThat(scripts.run(place, "account")).startsWith("1000.0 credits, 1.0 of");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBudgetThatRunsOutSaysSoAndTheContextStays(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(
              scripts.run(
                  place,
                  Budget.ofCredits(0).withTokens(5),
                  "append abcd",
                  "flush",
                  "append The capital of France is",
                  "flush",
                  "counts",
                  "account"))
          .matches(
              """
              budget: the budget of process inferlet-\\w+ allows \\d more tokens, and the pass has \\d+
              \\d+ tokens, 0 committed, \\d working pages?, \\d working tokens, \\d+ pending
              0.0 credits, 0.0 of the endowments, dividend 0.0, tokens \\d
              """);
    }
  }

  /** Another reason, and a budget that has enough. */
  @ParameterizedTest
  @EnumSource
  void notEveryPassThatIsRefusedHasRunOutOfBudget(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(
              scripts.run(
                  place, Budget.ofCredits(0).withTokens(1000), "append x", "flush-at 100000000"))
          .startsWith("error: ")
          .contains("100000000");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anInferletThatDoesNotCareEndsWithTheNumbers(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      Outcome outcome =
          scripts.end("local", place, Budget.ofCredits(1).withTokens(3), "insist abcdefgh");
      Failed failed = failure(outcome);
      assertThat(failed.kind()).isEqualTo(FailureKind.ERROR);
      assertThat(failed.message())
          .matches(
              "the budget of process inferlet-\\w+ allows 3 more tokens, and the pass has \\d+");
    }
  }

  @Test
  void aBudgetThatTheUserDoesNotHaveIsRefusedAndNothingIsKept() throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      Program program = Program.of("script", ScriptInferlet::new);
      LaunchRequest request = LaunchRequest.of(program, "{\"script\":\"account\"}");
      assertThatThrownBy(() -> scripts.host.launch(request.withBudget(Budget.ofCredits(1000.5))))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "a budget of 1000.5 credits, an endowment of 0 and any number of tokens is more than"
                  + " there is: 1000.0 credits, an endowment of 1000 and any number of tokens");
      assertThat(scripts.host.processes()).isEmpty();
      try (EngineProcess process = scripts.engine.openProcess("p")) {
        assertThat(process.account().balance()).isEqualTo(1000);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotIsKeptInMemoryForCredits(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(
              scripts.run(
                  place,
                  "append The capital of",
                  "save kept",
                  "funds kept",
                  "fund kept 100",
                  "funds kept",
                  "account",
                  "fund kept 0",
                  "funds kept"))
          .isEqualTo(
              """
              no credits
              100.0 credits
              900.0 credits, 1.0 of the endowments, dividend 0.0, tokens without limit
              no credits
              """);
      assertThat(scripts.run(place, "fund kept 7")).isEmpty();
      // It goes on when the inferlet has ended.
      assertThat(scripts.run(place, "funds kept")).isEqualTo("7.0 credits\n");
      assertThat(scripts.run(place, "fund missing 1")).contains("missing");
      assertThat(scripts.run(place, "fund kept 1000000")).contains("is more than there is");
      assertThat(scripts.run(place, "fund kept NaN")).contains("none is negative");
    }
  }
}
