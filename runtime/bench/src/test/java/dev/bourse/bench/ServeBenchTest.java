package dev.bourse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The measurement runs, and every answer is that of a lone request. */
@Timeout(300)
class ServeBenchTest {
  @Test
  void fewClientsGetTheAnswersOfALoneOne() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PrintStream printed = new PrintStream(out, false, StandardCharsets.UTF_8)) {
      ServeBench.run(8, 1, printed);
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("| launched in this process | ")
        .containsPattern("\\| chats streamed over HTTP \\| .* \\| 0 \\|")
        .containsPattern("\\| processes attached over gRPC \\| .* \\| 0 \\|");
  }
}
