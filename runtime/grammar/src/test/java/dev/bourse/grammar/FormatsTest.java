package dev.bourse.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the formats match, by examples. */
class FormatsTest {

  @ParameterizedTest
  @CsvSource({
    "date, 2024-02-29, true",
    "date, 2023-02-29, false",
    "date, 2000-02-29, true",
    "date, 1900-02-29, false",
    "date, 2024-04-31, false",
    "date, 2024-13-01, false",
    "date, 2024-12-31, true",
    "date, 24-12-31, false",
    "time, 23:59:59Z, true",
    "time, 24:00:00Z, false",
    "time, 12:30:00.123+02:00, true",
    "time, 12:30:00, false",
    "date-time, 2024-02-29T12:00:00Z, true",
    "date-time, 2024-02-29 12:00:00Z, false",
    "duration, P1Y2M3DT4H5M6S, true",
    "duration, P2W, true",
    "duration, PT, false",
    "duration, P1D2W, false",
    "uuid, 123e4567-e89b-12d3-a456-426614174000, true",
    "uuid, 123e4567e89b12d3a456426614174000, false",
    "ipv4, 255.255.255.255, true",
    "ipv4, 256.1.1.1, false",
    "ipv4, 01.1.1.1, false",
    "ipv6, ::1, true",
    "ipv6, 1:2:3:4:5:6:7:8, true",
    "ipv6, 1::2::3, false",
    "ipv6, 1:2:3:4:5:6:7, false",
    "email, a.b+c@example.org, true",
    "email, user@host-1.sub.example.info, true",
    "email, a@b, false",
    "email, @example.org, false",
    "email, a..b@example.org, false",
    "hostname, a-b.example, true",
    "hostname, -a.example, false",
    "hostname, a-.example, false",
    "uri, https://example.org/a/b?c=d#e, true",
    "uri, https://example.org/a/b;c=d, true",
    "uri, example.org, false"
  })
  void example(String format, String text, boolean matches) {
    CompiledGrammar grammar =
        new CompiledGrammar(
            Grammar.fromJsonSchema("{\"type\":\"string\",\"format\":\"" + format + "\"}"),
            Vocabularies.of());
    assertThat(Vocabularies.matches(grammar, '"' + text + '"')).isEqualTo(matches);
  }
}
