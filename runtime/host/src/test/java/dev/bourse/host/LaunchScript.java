package dev.bourse.host;

import dev.bourse.sdk.Budget;
import dev.bourse.sdk.Child;
import dev.bourse.sdk.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands of {@link ScriptInferlet} that are about children. */
final class LaunchScript {
  private final List<Child> children = new ArrayList<>();

  /** What a command tells; null if it is none of these. */
  @Nullable String obey(Session session, String[] words) {
    switch (words[0]) {
      case "launch" -> children.add(session.launch(words[1], words[2]));
      case "launch-with" -> {
        String[] parts = words[2].split(" ", 3);
        Budget budget = Budget.ofCredits(Double.parseDouble(words[1]));
        if (!parts[0].equals("-")) {
          budget = budget.withTokens(Long.parseLong(parts[0]));
        }
        children.add(session.launch(parts[1], parts[2], budget));
      }
      case "result" -> {
        return last().result();
      }
      case "ended" -> {
        return last().isDone() ? "ended" : "alive";
      }
      case "cancel" -> last().cancel();
      case "let-go" -> children.remove(children.size() - 1).close();
      case "pids" -> {
        return String.valueOf(children.stream().map(Child::pid).distinct().count());
      }
      default -> {
        return null;
      }
    }
    return "";
  }

  private Child last() {
    return children.get(children.size() - 1);
  }
}
