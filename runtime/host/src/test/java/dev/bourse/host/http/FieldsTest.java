package dev.bourse.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.http.FieldException.Reason;
import dev.bourse.host.process.GuestTrap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private static void refused(Reason reason, String name, String value) {
    assertThatThrownBy(() -> new Fields().append(name, value))
        .as(name + ": " + value)
        .isInstanceOfSatisfying(
            FieldException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    assertThatThrownBy(() -> new Fields().set(name, List.of("ok", value)))
        .as(name + ": " + value)
        .isInstanceOfSatisfying(
            FieldException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void fieldsKeepTheirOrderAndAreFoundInAnyCase() throws Exception {
    Fields fields = new Fields();
    fields.append("Accept", "a");
    fields.append("x-b", "1");
    fields.append("accept", "c");
    assertThat(fields.values("ACCEPT")).containsExactly("a", "c");
    assertThat(fields.entries())
        .containsExactly(Map.entry("Accept", "a"), Map.entry("x-b", "1"), Map.entry("accept", "c"));
    fields.set("ACCEPT", List.of("d"));
    assertThat(fields.values("accept")).containsExactly("d");
    fields.delete("Accept");
    assertThat(fields.values("accept")).isEmpty();
    fields.set("x-b", List.of());
    assertThat(fields.isEmpty()).isTrue();
    assertThat(fields.bytes()).isZero();
  }

  @Test
  void nothingGetsOnTheWireThatIsNotAField() {
    for (String value : List.of("a\r\nX: y", "a\nb", "a\rb", "a\0b", "\u007f", "\u0100", "\b")) {
      refused(Reason.INVALID_SYNTAX, "x-a", value);
    }
    for (String name : List.of("", "a b", "a:", "a\r\n", "ä", "a\0", "a(", "x\t")) {
      refused(Reason.INVALID_SYNTAX, name, "v");
    }
  }

  @Test
  void fieldsOfTheConnectionAreTheHosts() {
    for (String name :
        List.of(
            "Host",
            "connection",
            "Transfer-Encoding",
            "UPGRADE",
            "keep-alive",
            "te",
            "expect",
            "proxy-connection",
            "proxy-authorization",
            "http2-settings")) {
      refused(Reason.FORBIDDEN, name, "v");
    }
  }

  @Test
  void bytesAboveAsciiStayWhatTheyAre() throws Exception {
    Fields fields = new Fields();
    byte[] value = {'a', (byte) 0xff, (byte) 0x80, '\t'};
    fields.append("x-a", Fields.latin1(value));
    assertThat(Fields.bytes(fields.values("x-a").getFirst())).isEqualTo(value);
  }

  @Test
  void frozenFieldsCannotBeChangedAndCopiesCan() throws Exception {
    Fields fields = new Fields();
    fields.append("a", "1");
    Fields frozen = fields.frozen();
    fields.append("a", "2");
    assertThat(frozen.values("a")).containsExactly("1");
    assertThatThrownBy(() -> frozen.append("b", "1"))
        .isInstanceOfSatisfying(
            FieldException.class, e -> assertThat(e.reason()).isEqualTo(Reason.IMMUTABLE));
    assertThatThrownBy(() -> frozen.delete("a")).isInstanceOf(FieldException.class);
    Fields copy = frozen.copy();
    copy.append("b", "1");
    assertThat(frozen.values("b")).isEmpty();
  }

  @Test
  void theirSizeIsBounded() throws Exception {
    Fields fields = new Fields();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                fields.append("x", "");
              }
            })
        .isInstanceOf(GuestTrap.class)
        .hasMessageContaining("at most 32768");
    assertThatThrownBy(() -> new Fields().append("x", "y".repeat(40_000)))
        .isInstanceOf(GuestTrap.class);
  }
}
