package dev.bourse.server.snapshots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.NearNames;
import dev.bourse.server.Table;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times, sizes and names as a person reads them. */
class WordsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static String age(long seconds) {
    return Words.age(NOW.minusSeconds(seconds), NOW);
  }

  private static String until(long seconds) {
    return Words.until(NOW.plusSeconds(seconds), NOW);
  }

  @Test
  void agesHaveOneUnit() {
    assertThat(List.of(age(0), age(119), age(120), age(7199)))
        .containsExactly("0 s", "119 s", "2 min", "119 min");
    assertThat(List.of(age(7200), age(2 * 86_400), age(59 * 86_400), age(60 * 86_400)))
        .containsExactly("2 h", "2 d", "59 d", "2026-04-02");
    assertThat(age(-5)).as("a clock that was set back").isEqualTo("0 s");
  }

  @Test
  void whatIsToCome() {
    assertThat(List.of(until(90), until(0), until(-1)))
        .containsExactly("in 90 s", "expired", "expired");
    assertThat(List.of(until(59 * 86_400), until(60 * 86_400)))
        .containsExactly("in 59 d", "2026-07-31");
  }

  @Test
  void sizesAreBinary() {
    assertThat(Words.size(0)).isEqualTo("0 B");
    assertThat(Words.size(1023)).isEqualTo("1023 B");
    assertThat(Words.size(1536)).isEqualTo("1.5 KiB");
    assertThat(Words.size(12_582_912)).isEqualTo("12.0 MiB");
    assertThat(Words.size(5L << 50)).isEqualTo("5,120.0 TiB");
  }

  @Test
  void countsAgreeWithTheirThings() {
    assertThat(Words.count(1, "page")).isEqualTo("1 page");
    assertThat(Words.count(1024, "page")).isEqualTo("1,024 pages");
    assertThat(Words.count(0, "page")).isEqualTo("0 pages");
  }

  @Test
  void namesThatMayHaveBeenMeant() {
    List<String> names = List.of("plan", "plan-b", "Answers", "notes", "a rather long name");
    assertThat(NearNames.of("plna", names)).containsExactly("plan");
    assertThat(NearNames.of("answer", names)).containsExactly("Answers");
    assertThat(NearNames.of("a rather wrong name", names)).containsExactly("a rather long name");
    assertThat(NearNames.of("plan-", names)).containsExactly("plan", "plan-b");
    assertThat(NearNames.of("quite different", names)).isEmpty();
  }

  @Test
  void aTableIsAlignedAndLeavesEmptyColumnsOut() {
    Table<String> table =
        new Table<String>()
            .text("word", word -> word)
            .text("nothing", word -> "")
            .number("letters", word -> Integer.toString(word.codePointCount(0, word.length())));
    assertThat(table.lines(List.of("a", "𝄞𝄞𝄞𝄞𝄞", "abcdefghijkl")))
        .containsExactly(
            "word          letters",
            "a                   1",
            "𝄞𝄞𝄞𝄞𝄞               5",
            "abcdefghijkl       12");
    assertThat(table.lines(List.of())).isEmpty();
  }
}
