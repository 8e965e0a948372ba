package dev.bourse.text.template;

import dev.bourse.text.template.TurnText.Trim;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Renders conversations whose contents are marks, and cuts the result at the marks: what lies
 * between them is the template's.
 *
 * @param inParts whether contents are given as a list of parts, for templates that know no other
 */
record TemplateProbe(
    ChatTemplate template, String bosText, String eosText, LocalDateTime now, boolean inParts) {
  private static final String MARK = "Zqx%dJwv";

  /** White space whose remains show what a template strips. */
  private static final String PADDING = "\n \n";

  /** The texts before, between and after the contents of turns with the given roles. */
  List<String> gaps(List<String> roles, boolean generationPrompt) {
    return gaps(roles, generationPrompt, "");
  }

  private List<String> gaps(List<String> roles, boolean generationPrompt, String padding) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (int at = 0; at < roles.size(); at++) {
      String content = padding + mark(at) + padding;
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", roles.get(at));
      message.put("content", inParts ? List.of(Map.of("type", "text", "text", content)) : content);
      messages.add(message);
    }
    String text =
        template.render(
            Map.of(
                "messages", messages,
                "add_generation_prompt", generationPrompt,
                "bos_token", bosText,
                "eos_token", eosText),
            now);
    List<String> gaps = new ArrayList<>();
    int done = 0;
    for (int at = 0; at < roles.size(); at++) {
      int found = text.indexOf(mark(at), done);
      if (found < 0) {
        throw failure("leaves out the content of a turn of the role '" + roles.get(at) + "'");
      }
      gaps.add(text.substring(done, found));
      done = found + mark(at).length();
    }
    gaps.add(text.substring(done));
    return gaps;
  }

  private static String mark(int at) {
    return MARK.replace("%d", String.valueOf(at));
  }

  /** What the template strips of the contents of turns with the given roles, in their order. */
  List<Trim> trims(List<String> roles) {
    List<String> plain = gaps(roles, true);
    List<String> padded = gaps(roles, true, PADDING);
    List<Trim.End> ends = new ArrayList<>();
    for (int at = 0; at < plain.size(); at++) {
      boolean hasTurnBefore = at > 0;
      boolean hasTurnAfter = at < roles.size();
      Optional<Trim> found = stripped(plain.get(at), padded.get(at), hasTurnBefore, hasTurnAfter);
      ends.add(found.map(Trim::right).orElse(Trim.End.NOTHING));
      ends.add(found.map(Trim::left).orElse(Trim.End.NOTHING));
    }
    List<Trim> trims = new ArrayList<>();
    for (int turn = 0; turn < roles.size(); turn++) {
      trims.add(new Trim(ends.get(2 * turn + 1), ends.get(2 * turn + 2)));
    }
    return trims;
  }

  /** Which strippings of the turn before (right end) and after (left end) explain a padded gap. */
  private static Optional<Trim> stripped(
      String plain, String padded, boolean hasTurnBefore, boolean hasTurnAfter) {
    for (Trim.End right : Trim.End.values()) {
      for (Trim.End left : Trim.End.values()) {
        String before =
            hasTurnBefore ? new Trim(Trim.End.NOTHING, right).apply("x" + PADDING) : "x";
        String after = hasTurnAfter ? new Trim(left, Trim.End.NOTHING).apply(PADDING + "x") : "x";
        String expected = before.substring(1) + plain + after.substring(0, after.length() - 1);
        if (expected.equals(padded)) {
          return Optional.of(new Trim(left, right));
        }
      }
    }
    return Optional.empty();
  }

  TemplateException failure(String problem) {
    return new TemplateException(template.name(), 1, "the template " + problem, false);
  }
}
