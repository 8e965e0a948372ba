package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Budget;
import dev.bourse.host.Scripts.Place;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Children of inferlets, sandboxed and host-side. */
class LaunchTest {
  private static final String SHORT = "{\"prompt\":\"Hello\",\"max_tokens\":4}";

  /** So hot that it hardly ever draws the end. */
  private static final String LONG =
      "{\"prompt\":\"Hello\",\"max_tokens\":3000,\"temperature\":50,\"seed\":1}";

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
  void aChildRunsBesideItsParentAndReturnsItsResult(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      String told =
          scripts.run(
              place,
              "launch text-completion " + SHORT,
              "launch text-completion " + SHORT,
              "pids",
              "result",
              "ended",
              "launch text-completion " + SHORT,
              "result");
      List<String> lines = told.lines().toList();
      assertThat(lines).hasSize(4);
      assertThat(lines.get(0)).isEqualTo("2");
      assertThat(lines.get(2)).isEqualTo("ended");
      assertThat(lines.get(1)).isNotEmpty().isEqualTo(lines.get(3));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeLaunchedIsSaidWithTheReason(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(
              scripts.run(
                  place,
                  "launch nobody {}",
                  "launch ../text-completion {}",
                  "launch text-completion {\"prompt\":5}",
                  "launch text-completion not json"))
          .matches(
              "error: nobody: there is no program of that name; there are .*text-completion.*\n"
                  + "error: .*\\.\\./text-completion.*\n"
                  + "error: (?s).*prompt.*string.*"
                  + "error: .*JSON.*");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChildHasNoMoreThanItsParentGivesIt(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      Budget budget = new Budget(10, 0, OptionalLong.of(200));
      assertThat(
              scripts.run(
                  place,
                  budget,
                  "account",
                  "launch-with 4 3 text-completion " + LONG,
                  "result",
                  "launch-with 11 - text-completion " + SHORT,
                  "launch-with 1 201 text-completion " + SHORT,
                  "launch-with -1 - text-completion " + SHORT,
                  "launch-with 10 - text-completion " + LONG,
                  "result"))
          .matches(
              """
              10\\.0 credits, 0\\.0 of the endowments, dividend 0\\.0, tokens 200
              error: the budget of process .* allows 3 more tokens, and the pass has .*
              error: a budget of 11\\.0 credits.* is more than there is: 10\\.0 credits.*
              error: a budget of 1\\.0 credits.*201 tokens is more than there is: .*
              error: a budget of -1\\.0 credits.* none is negative
              error: the budget of process .* allows \\d+ more tokens, and the pass has .*
              """);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChildWithoutABudgetSpendsThatOfItsParent(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      String told =
          scripts.run(
              place,
              new Budget(10, 0, OptionalLong.of(12)),
              "launch text-completion " + LONG,
              "result",
              "append " + "word ".repeat(60).strip(),
              "flush");
      assertThat(told)
          .matches(
              "error: the budget of process .* tokens.*\nbudget: the budget of process .* allows"
                  + " \\d more tokens, and the pass has .*\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAChildDoesNotSpendComesBack(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      String told =
          scripts.run(
              place,
              new Budget(10, 0, OptionalLong.empty()),
              "launch-with 6 - text-completion " + LONG,
              "account",
              "cancel",
              "result",
              "account");
      assertThat(told)
          .matches("4\\.0 credits,.*\nerror: its parent has cancelled it\n10\\.0 credits,.*\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void launchingTakesACapability(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      Outcome outcome =
          scripts
              .host
              .launch(
                  LaunchRequest.of(
                          Scripts.program(scripts.host, place),
                          Scripts.input("launch text-completion " + SHORT))
                      .withCapabilities(Capabilities.of(Capability.SNAPSHOTS)))
              .outcome()
              .get(60, TimeUnit.SECONDS);
      assertThat(TestHosts.result(outcome))
          .startsWith("error: launching an inferlet needs the capability \"launch\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFamilyIsNoLargerThanItsLimit(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      Limits limits = Limits.DEFAULT.with(Limit.CHILDREN, 1);
      String script =
          String.join(
              "\n",
              "launch text-completion " + LONG,
              "launch text-completion " + SHORT,
              "cancel",
              "result",
              "launch text-completion " + SHORT,
              "result");
      Outcome outcome =
          scripts
              .host
              .launch(
                  LaunchRequest.of(Scripts.program(scripts.host, place), Scripts.input(script))
                      .withLimits(limits))
              .outcome()
              .get(60, TimeUnit.SECONDS);
      assertThat(TestHosts.result(outcome))
          .matches("error: .*children.*1.*\nerror: its parent has cancelled it\n.+\n");
    }
  }

  /** One that was let go runs on; the others are stopped with their parent. */
  @ParameterizedTest
  @EnumSource
  void childrenEndWithTheirParentUnlessTheyWereLetGo(Place place) throws Exception {
    try (Scripts scripts = Scripts.on(model, folder)) {
      assertThat(
              scripts.run(
                  place,
                  "launch text-completion " + LONG,
                  "let-go",
                  "launch text-completion " + LONG.replace("Hello", "Goodbye"),
                  "ended"))
          .isEqualTo("alive\n");
      long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (scripts.host.processes().size() > 1 && System.nanoTime() < patience) {
        Thread.sleep(5);
      }
      List<InferletProcess> left = scripts.host.processes();
      assertThat(left)
          .singleElement()
          .extracting(InferletProcess::input)
          .asString()
          .contains("Hello");
      left.getFirst().terminate("the test is over");
      assertThat(failure(left.getFirst().outcome().get(60, TimeUnit.SECONDS)).message())
          .isEqualTo("the test is over");
    }
  }
}
