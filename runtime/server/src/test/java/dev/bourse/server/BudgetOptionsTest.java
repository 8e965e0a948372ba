package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Runs that may use up only so much. */
class BudgetOptionsTest {
  private static End run(String... options) {
    String[] arguments = new String[4 + options.length];
    arguments[0] = "run";
    arguments[1] = "text-completion";
    arguments[2] = "--prompt";
    arguments[3] = "What is the capital of France?";
    System.arraycopy(options, 0, arguments, 4, options.length);
    return bourse(arguments);
  }

  @Test
  void aBudgetThatIsEnoughChangesNothing() {
    End end = run("--budget-tokens", "25", "--budget-credits", "1.5", "--stats", "json");
    assertThat(end.out()).isEqualTo("The capital of France is Paris.\n");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    // Alone it competes with nobody.
    assertThat(
            JsonMapper.shared()
                .readTree(end.errLines().getLast())
                .required("credits")
                .doubleValue())
        .isZero();
  }

  @Test
  void aBidOfItsOwnChangesNothingOfWhatIsComputed() {
    assertThat(run("--bid", "0.01", "0.001").out()).isEqualTo("The capital of France is Paris.\n");
    End refused = run("--bid", "0.01", "-1");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("--bid is -1.0, but must be 0 or more");
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void withoutCreditsItRunsAsWell() {
    assertThat(run("--budget-credits", "0").out()).isEqualTo("The capital of France is Paris.\n");
  }

  @ParameterizedTest
  @CsvSource({"5, 5, 15", "17, 0, 1"})
  void aBudgetOfTokensThatRunsOutEndsTheRunWithTheNumbers(int budget, int left, int wanted) {
    End end = run("--budget-tokens", Integer.toString(budget));
    assertThat(end.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(end.errLines().getFirst())
        .matches(
            "bourse: text-completion failed: the budget of process inferlet-\\w+ allows "
                + left
                + " more tokens, and the pass has "
                + wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--budget-tokens|0|--budget-tokens is 0, but must be from 1 to 9223372036854775807",
        "--budget-tokens|some|--budget-tokens is 'some', expected a whole number from",
        "--budget-credits|-0.5|--budget-credits is -0.5, but must be 0 or more",
        "--budget-credits|NaN|--budget-credits is NaN, but must be 0 or more",
        "--budget-credits|Infinity|--budget-credits is Infinity, but must be 0 or more",
        "--budget-credits|much|--budget-credits is 'much', expected a number",
        "--budget-credits|1000.5|--budget-credits is 1000.5, but user ",
      })
  void aBudgetThatCannotBeIsRefused(String option, String value, String problem) {
    End end = run(option, value);
    assertThat(end.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(end.err()).contains(problem);
    assertThat(end.out()).isEmpty();
  }
}
