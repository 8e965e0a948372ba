package dev.bourse.server.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The screen to the character. */
class MarketScreenTest {

  @Test
  void busyOnEightyColumns() {
    assertThat(text(Samples.busy(), 80, 30))
        .isEqualTo(
            """
            policy market, step 500, 8.3 ms a step, 2 tenants, 9 contexts
            slot    0.0100    ▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.0196
            page    0.001250  ▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.002444
            slots   ████████████████████████  64 of 64 sold, 87 wanted, 3 contexts got none
            pages   ███████████████▓▓▓▓▓▓▒▒░  512: 324 held, 128 idle, 40 cached; 96 spilled
            credits 2,000 minted, 1.50 in the treasury, 0.6400 paid in the last step

            tenant  balance  dividend   paid  endowment  processes  contexts
            bob      949.50    0.0125  12.75        50%          2         5
            ann       1,000         0      0        50%          1         4

            computed in the last step: 4
            context  tenant  process  per token  per page  pages  share  tokens  evicted
                 #2  bob     agent-2     0.0234  0.000400     14   13.0     200        2
                 #1  ann     agent-1     0.0123  0.001600      7    6.5     100        1
                 #9  bob     agent-9     0.0123         0     63   58.5     900        0
                 #7  ann     agent-7          0         0     49   45.5     700        1

            waiting: 3
            context  tenant  process  for                 since  per token  per page  pages
                 #3  bob     agent-3  pages  31 ticks, 257.3 ms   0.000500  0.000116     21
                 #8  bob     agent-8  slots  31 steps, 257.3 ms   0.000500         0     56
                 #4  ann     agent-4  slots   12 steps, 99.6 ms   0.000001         0     28

            idle: 1 in memory, 1 suspended; 1,234 evictions so far
            """);
  }

  @Test
  void busyOnHundredAndTwentyColumns() {
    assertThat(text(Samples.busy(), 120, 40))
        .isEqualTo(
            """
            policy market, step 500, 8.3 ms a step, 2 tenants, 9 contexts
            slot    0.0100                                         ▅▅▆▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.0196
            page    0.001250                                       ▅▅▆▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.002444
            slots   ████████████████████████  64 of 64 sold, 87 wanted, 3 contexts got none
            pages   ███████████████▓▓▓▓▓▓▒▒░  512: 324 held, 128 idle, 40 cached; 96 spilled
            credits 2,000 minted, 1.50 in the treasury, 0.6400 paid in the last step

            tenant  balance  dividend   paid  endowment  processes  contexts
            bob      949.50    0.0125  12.75        50%          2         5
            ann       1,000         0      0        50%          1         4

            computed in the last step: 4
            context  tenant  process  per token  per page  pages  share  tokens  evicted
                 #2  bob     agent-2     0.0234  0.000400     14   13.0     200        2
                 #1  ann     agent-1     0.0123  0.001600      7    6.5     100        1
                 #9  bob     agent-9     0.0123         0     63   58.5     900        0
                 #7  ann     agent-7          0         0     49   45.5     700        1

            waiting: 3
            context  tenant  process  for                 since  per token  per page  pages  share  tokens  evicted
                 #3  bob     agent-3  pages  31 ticks, 257.3 ms   0.000500  0.000116     21   19.5     300        0
                 #8  bob     agent-8  slots  31 steps, 257.3 ms   0.000500         0     56   52.0     800        2
                 #4  ann     agent-4  slots   12 steps, 99.6 ms   0.000001         0     28   26.0     400        1

            idle: 1 in memory, 1 suspended; 1,234 evictions so far
            """);
  }

  @Test
  void anEngineInWhichNothingHasHappened() {
    assertThat(text(Samples.empty(), 80, 24))
        .isEqualTo(
            """
            policy market, step 0, 0 µs a step, 0 tenants, 0 contexts
            slot    0                                                           max 0
            page    0                                                           max 0
            slots   ░░░░░░░░░░░░░░░░░░░░░░░░  0 of 0 sold, 0 wanted, 0 contexts got none
            pages   ░░░░░░░░░░░░░░░░░░░░░░░░  256: 0 held, 0 idle, 0 cached; 0 spilled
            credits 0 minted, 0 in the treasury, 0 paid in the last step

            computed in the last step: 0

            waiting: 0

            idle: 0 in memory, 0 suspended; 0 evictions so far
            """);
  }

  @Test
  void aHundredContextsOnAShortScreen() {
    assertThat(text(Samples.crowded(), 80, 30))
        .isEqualTo(
            """
            policy market, step 500, 8.3 ms a step, 7 tenants, 100 contexts
            slot    0.0100    ▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.0196
            page    0.001250  ▆▆▆▇▇▇▇███▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▃▃▃▃▄▄▄▄▅▅▅  max 0.002444
            slots   ████████████████████████  64 of 64 sold, 87 wanted, 3 contexts got none
            pages   ███████████████▓▓▓▓▓▓▒▒░  512: 324 held, 128 idle, 40 cached; 96 spilled
            credits 7,000 minted, 1.50 in the treasury, 0.6400 paid in the last step

            tenant    balance  dividend   paid  endowment  processes  contexts
            tenant-6   697.00    0.0750  76.50        14%          7        14
            tenant-5   747.50    0.0625  63.75        14%          6        14
            tenant-4   798.00    0.0500  51.00        14%          5        14
            tenant-3   848.50    0.0375  38.25        14%          4        14
            tenant-2   899.00    0.0250  25.50        14%          3        15
            tenant-1   949.50    0.0125  12.75        14%          2        15
            tenant-0    1,000         0      0        14%          1        14

            computed in the last step: 20
            context  tenant    process    per token  per page  pages  share  tokens  evicted
               #100  tenant-2  agent-100     100.00      1.00    700  650.0  10,000        1
                #95  tenant-4  agent-95       95.00      1.00    665  617.5   9,500        2
            … 18 more

            waiting: 40
            context  tenant    process   for                 since  per token  per page
                #97  tenant-6  agent-97  pages  97 ticks, 805.1 ms      97.00      1.00
                #96  tenant-5  agent-96  slots  96 steps, 796.8 ms      96.00      1.00
            … 38 more

            idle: 20 in memory, 20 suspended; 1,234 evictions so far
            """);
  }

  /** On a screen that is long enough everybody is there. */
  @Test
  void aHundredContextsOnALongScreen() {
    String text = text(Samples.crowded(), 120, 200);
    for (ContextView context : Samples.crowded().market().contexts()) {
      boolean shown = context.state() != State.IDLE && context.state() != State.SUSPENDED;
      assertThat(text.contains("#" + context.id() + "  ")).as("%s", context).isEqualTo(shown);
    }
    assertThat(text).doesNotContain("more");
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 24, 30, 40, 50, 60, 90})
  void whatIsLeftOutIsCounted(int rows) {
    String text = text(Samples.crowded(), 120, rows);
    long contexts = text.lines().filter(line -> line.matches(" *#\\d+ .*")).count();
    Matcher left = Pattern.compile("… (\\d+) more").matcher(section(text, "computed"));
    long leftOut = left.results().mapToLong(result -> Long.parseLong(result.group(1))).sum();
    if (text.contains("evictions so far")) {
      assertThat(contexts + leftOut).isEqualTo(60);
    } else {
      assertThat(text.lines().count()).isEqualTo(rows);
    }
  }

  private static String section(String text, String from) {
    return text.contains(from) ? text.substring(text.indexOf(from)) : "";
  }

  @Test
  void noScreenIsTooSmall() {
    for (MarketReport report : List.of(Samples.empty(), Samples.busy(), Samples.crowded())) {
      for (int columns : IntStream.rangeClosed(1, 130).toArray()) {
        for (int rows : new int[] {1, 2, 5, 10, 24, 60}) {
          List<AttributedString> lines = MarketScreen.lines(report, columns, rows);
          assertThat(lines).hasSizeBetween(1, rows);
          assertThat(lines).allMatch(line -> line.columnLength() <= columns);
        }
      }
    }
  }

  /** A program chooses its name; it must not reach the terminal as commands. */
  @Test
  void namesCannotMoveTheCursor() {
    ContextView evil =
        new ContextView(
            1,
            0,
            "a\u001b[2J\n\u009b\u202e名b",
            "u\u0007",
            State.COMPUTES,
            1,
            1,
            1,
            1,
            1,
            0,
            0,
            500,
            0);
    String text = text(Samples.report(List.of(evil), 500), 120, 40);
    assertThat(text).contains("a?[2J????b").contains("u?");
    assertThat(text.chars().filter(c -> c != '\n')).noneMatch(Character::isISOControl);
  }

  /**
   * Between two steps nobody computes, and those of the last have mostly come back for the next.
   */
  @Test
  void whoWasServedLastHasWonThoughHeWaitsAgain() {
    List<ContextView> contexts =
        List.of(
            Samples.context(1, "ann", State.WAITS_FOR_SLOTS, 1, 1, 0, 500),
            Samples.context(2, "ann", State.IDLE, 1, 1, 0, 500),
            Samples.context(3, "ann", State.WAITS_FOR_SLOTS, 1, 1, 1, 499),
            Samples.context(4, "ann", State.WAITS_FOR_PAGES, 1, 1, 0, 500));
    String text = text(Samples.report(contexts, 500), 120, 40);
    assertThat(text).contains("computed in the last step: 2\n").contains("waiting: 2\n");
  }

  @Test
  void otherPoliciesHaveNoPrices() {
    MarketView market = Samples.busy().market();
    MarketView fcfs =
        new MarketView(
            "fcfs",
            market.price(),
            market.stepMicros(),
            market.pages(),
            market.waitingForPages(),
            market.evictions(),
            market.treasury(),
            market.minted(),
            market.tenants(),
            market.contexts());
    assertThat(text(new MarketReport(fcfs, List.of()), 80, 24))
        .startsWith("policy fcfs,")
        .contains("prices  none: only the policy market takes credits\n")
        .doesNotContain("\nslots");
  }

  private static String text(MarketReport report, int columns, int rows) {
    return MarketScreen.lines(report, columns, rows).stream()
        .map(line -> line.toString().stripTrailing() + "\n")
        .collect(Collectors.joining());
  }
}
