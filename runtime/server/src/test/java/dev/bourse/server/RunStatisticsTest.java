package dev.bourse.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.EngineProcess.Usage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a run took, as a person and as a program read it. */
class RunStatisticsTest {
  private static RunStatistics statistics(Usage usage) {
    return new RunStatistics(usage, StartTimes.atMain(), 2_000_000_000);
  }

  @Test
  void whatWasNotComputedIsTold() {
    RunStatistics reused = statistics(new Usage(32, 9, 4096, 96, 5, 10, 1_000_000_000, 0, 260, 0));
    assertThat(reused.line())
        .startsWith(
            "32 prompt tokens, 10 generated, 4096 found computed, 96 read back from disk, 5"
                + " computed again, first token ")
        .endsWith(", then 9 tok/s, 260 pages");
    JsonNode json = JsonMapper.shared().readTree(reused.json());
    assertThat(json.required("reusedTokens").intValue()).isEqualTo(4096);
    assertThat(json.required("restoredTokens").intValue()).isEqualTo(96);
    assertThat(json.required("recomputedTokens").intValue()).isEqualTo(5);
  }

  @Test
  void whatWasPaidIsToldToTheLastMicroCredit() {
    RunStatistics paid = statistics(new Usage(3, 0, 0, 0, 0, 0, 0, 0, 1, 0.000001));
    assertThat(paid.line()).endsWith(", 1 page, 0.000001 credits paid");
    assertThat(JsonMapper.shared().readTree(paid.json()).required("credits").doubleValue())
        .isEqualTo(0.000001);
    assertThat(statistics(new Usage(3, 0, 0, 0, 0, 0, 0, 0, 1, 1200)).line())
        .endsWith(", 1200 credits paid");
  }

  @Test
  void whatDidNotHappenIsLeftOut() {
    assertThat(statistics(new Usage(3, 0, 0, 0, 0, 0, 0, 0, 1, 0)).line())
        .isEqualTo("3 prompt tokens, 0 generated, 1 page");
  }
}
