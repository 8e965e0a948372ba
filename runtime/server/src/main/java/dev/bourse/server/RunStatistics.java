package dev.bourse.server;

import dev.bourse.engine.EngineProcess.Usage;
import java.math.BigDecimal;
import java.util.OptionalDouble;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run took.
 *
 * @param usage of the engine
 * @param start when the user pressed return, and how long the parts of the start took
 * @param runNanos from the launch of the inferlet to its end
 */
record RunStatistics(Usage usage, StartTimes start, long runNanos) {
  private static final double SECOND = 1e9;

  /** From the start of the process to the first token, in seconds; empty without a token. */
  OptionalDouble firstTokenSeconds() {
    return usage.firstTokenNanos() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((start.launchedNanos() + usage.firstTokenNanos()) / SECOND);
  }

  /** Tokens a second from the first token to the end; empty for less than two tokens. */
  OptionalDouble tokensPerSecond() {
    long nanos = runNanos - usage.firstTokenNanos();
    return usage.sampledTokens() < 2 || nanos <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((usage.sampledTokens() - 1) * SECOND / nanos);
  }

  /** One line for a person. */
  String line() {
    StringBuilder line = new StringBuilder();
    line.append(
        "%d prompt tokens, %d generated".formatted(usage.promptTokens(), usage.sampledTokens()));
    appendIfAny(line, usage.reusedTokens(), "found computed");
    appendIfAny(line, usage.restoredTokens(), "read back from disk");
    appendIfAny(line, usage.recomputedTokens(), "computed again");
    firstTokenSeconds()
        .ifPresent(
            seconds -> line.append(", first token %.2f s after the start".formatted(seconds)));
    tokensPerSecond().ifPresent(rate -> line.append(", then %.0f tok/s".formatted(rate)));
    int pages = usage.pagesPeak();
    line.append(pages == 1 ? ", 1 page" : ", " + pages + " pages");
    if (usage.paid() > 0) {
      line.append(", ").append(credits(usage.paid())).append(" credits paid");
    }
    return line.toString();
  }

  /** As few digits as tell it exactly. */
  private static String credits(double credits) {
    return BigDecimal.valueOf(credits).stripTrailingZeros().toPlainString();
  }

  private static void appendIfAny(StringBuilder line, long tokens, String what) {
    if (tokens > 0) {
      line.append(", %d %s".formatted(tokens, what));
    }
  }

  /** One line for a program. */
  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("promptTokens", usage.promptTokens());
    json.put("generatedTokens", usage.sampledTokens());
    json.put("reusedTokens", usage.reusedTokens());
    json.put("restoredTokens", usage.restoredTokens());
    json.put("recomputedTokens", usage.recomputedTokens());
    firstTokenSeconds().ifPresent(seconds -> json.put("firstTokenSeconds", rounded(seconds)));
    tokensPerSecond().ifPresent(rate -> json.put("tokensPerSecond", rounded(rate)));
    json.put("pages", usage.pagesPeak());
    json.put("credits", usage.paid());
    ObjectNode parts = json.putObject("startMillis");
    start.parts().forEach((part, nanos) -> parts.put(part, Math.round(nanos / 1e6)));
    parts.put("firstToken", Math.round(usage.firstTokenNanos() / 1e6));
    json.put("startMeasuredFrom", start.measuredFrom());
    return json.toString();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
