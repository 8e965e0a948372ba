package dev.bourse.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnTest {
  @ParameterizedTest
  @ValueSource(strings = {"a\\", "\\", "\"\"\"", "\"\"\" a", "\"\"\"a\n\nb", "  \"\"\"\"\""})
  void moreLinesBelongTo(String typed) {
    assertThat(Turn.isOpen(typed)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a\\\nb",
        "\"\"\"a\"\"\"",
        "\"\"\"\"\"\"",
        "\"\"\"a\nb\n\"\"\"  ",
        "a \"\"\""
      })
  void isWhole(String typed) {
    assertThat(Turn.isOpen(typed)).isFalse();
  }

  @Test
  void linesAreJoinedAndMarksLeftOut() {
    assertThat(Turn.text("one\\\ntwo\\\nthree")).isEqualTo("one\ntwo\nthree");
    assertThat(Turn.text("\"\"\"\none\n\ntwo \"x\"\n\"\"\"")).isEqualTo("one\n\ntwo \"x\"");
    assertThat(Turn.text("C:\\dir is a folder")).isEqualTo("C:\\dir is a folder");
    assertThat(Turn.text("the end\\")).isEqualTo("the end");
    assertThat(Turn.text("\"\"\"the end")).isEqualTo("the end");
    assertThat(Turn.text("\"\"\"\"\"\"")).isEmpty();
  }

  @Test
  void whatWouldMoveATerminalsCursorIsNotShown() {
    assertThat(Turn.plain("a\u001b[2Jb\n\tü\u009b1m\r😀")).isEqualTo("a�[2Jb\n\tü�1m�😀");
  }
}
