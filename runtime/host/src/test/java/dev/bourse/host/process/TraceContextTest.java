package dev.bourse.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, by the recommendation's own rules. */
class TraceContextTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private static String state(String... states) {
    return TraceContext.of(List.of(PARENT), List.of(states)).orElseThrow().state();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PARENT,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like",
      })
  void whatIsWellFormedIsPassedOn(String parent) {
    TraceContext trace = TraceContext.of(List.of(parent), List.of()).orElseThrow();
    assertThat(trace.parent()).isEqualTo(parent);
    assertThat(trace.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(trace.state()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
        " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-a b",
        "zz-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
      })
  void whatIsNotIsAsGoodAsNone(String parent) {
    assertThat(TraceContext.of(List.of(parent), List.of("a=b"))).isEmpty();
  }

  @Test
  void thereIsOneParent() {
    assertThat(TraceContext.of(List.of(), List.of("a=b"))).isEmpty();
    assertThat(TraceContext.of(List.of(PARENT, PARENT), List.of())).isEmpty();
  }

  @Test
  void statesComeTogetherInTheirOrder() {
    assertThat(state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"))
        .isEqualTo("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    assertThat(state("a=1", "b=2 , tenant@system=3", ",")).isEqualTo("a=1,b=2,tenant@system=3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "=1",
        "A=1",
        "a=",
        "a=1,a=2",
        "a=b=c",
        "a@=1",
        "@b=1",
        "a=\u0001",
        "é=1",
        "a=é",
        "1a=2,9=",
        "a@B=1"
      })
  void aStateThatIsNoneIsLeftAway(String state) {
    assertThat(state(state)).isEmpty();
  }

  @Test
  void aStateHasItsLimits() {
    String most =
        IntStream.range(0, 32).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
    assertThat(state(most)).isEqualTo(most);
    assertThat(state(most + ",one-more=v")).isEmpty();
    assertThat(state("a=" + "x".repeat(256))).hasSize(258);
    assertThat(state("a=" + "x".repeat(257))).isEmpty();
    assertThat(state("a=" + "x".repeat(256), "b=" + "x".repeat(256))).isEmpty();
  }
}
