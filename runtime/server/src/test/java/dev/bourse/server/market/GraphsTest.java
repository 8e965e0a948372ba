package dev.bourse.server.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Price;
import dev.bourse.server.market.Graphs.Part;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of figures. */
class GraphsTest {

  @Test
  void aCourseHasTheNewestAtTheRightAndNothingWhereNothingIsKnown() {
    assertThat(course(0, 4)).isEqualTo(new Graphs.Course("    ", 0));
    // Steps 1 to 7, 8 to 15, 16 to 20.
    assertThat(course(20, 4)).isEqualTo(new Graphs.Course(" ▃▆█", 18));
    assertThat(course(20, 2)).isEqualTo(new Graphs.Course("▆█", 18));
    assertThat(course(20, 0)).isEqualTo(new Graphs.Course("", 0));
  }

  @Test
  void aStepMoreChangesTheLastCharacterOnly() {
    for (int steps = 800; steps < 807; steps++) {
      String before = course(steps, 20).line();
      assertThat(course(steps + 1, 20).line()).startsWith(before.substring(0, 10));
    }
  }

  @Test
  void whatIsAboveZeroIsSeen() {
    List<Price> prices = List.of(price(7, 0), price(8, 1e-6), price(16, 1000));
    assertThat(Graphs.course(prices, Price::slotPrice, 3).line()).isEqualTo("▁▂█");
    assertThat(Graphs.course(prices.subList(0, 1), Price::slotPrice, 2).line()).isEqualTo(" ▁");
  }

  private static Graphs.Course course(int steps, int width) {
    return Graphs.course(
        IntStream.rangeClosed(1, steps).mapToObj(step -> price(step, step)).toList(),
        Price::slotPrice,
        width);
  }

  private static Price price(long step, double price) {
    return new Price(step, 0, 0, 0, 0, price, 0, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, 0, ████████",
    "8, 0, 8, ▓▓▓▓▓▓▓▓",
    "8, 4, 2, ████▓▓░░",
    "0, 0, 0, ░░░░░░░░",
    "8, 9, 9, ████████",
    "1000, 1, 0, ░░░░░░░░",
  })
  void aBarIsAsLongAsItShould(long whole, long first, long second, String bar) {
    assertThat(Graphs.bar(whole, 8, new Part(first, '█'), new Part(second, '▓'))).isEqualTo(bar);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.000001, 0.000001",
    "0.0123, 0.0123",
    "0.999, 0.9990",
    "12.345, 12.35",
    "'1234567.8', '1,234,568'",
    "-0.5, -0.5000",
  })
  void creditsAreShort(double credits, String text) {
    assertThat(Figures.credits(credits)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 µs", "999, 999 µs", "8300, 8.3 ms", "'1500000', 1.5 s", "1e10, '10,000.0 s'"})
  void timesAreShort(double micros, String text) {
    assertThat(Figures.micros(micros)).isEqualTo(text);
  }
}
