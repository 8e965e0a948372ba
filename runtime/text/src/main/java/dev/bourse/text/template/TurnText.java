package dev.bourse.text.template;

import java.util.ArrayList;
import java.util.List;

/**
 * What a template writes around the content of one turn.
 *
 * @param before the template's text in front of the content
 * @param trim what becomes of white space at the content's ends
 * @param after the template's text behind it
 */
record TurnText(String before, Trim trim, String after) {

  /** What a template strips from both ends of a content. */
  record Trim(End left, End right) {
    static final Trim NONE = new Trim(End.NOTHING, End.NOTHING);

    enum End {
      NOTHING,
      NEWLINES,
      SPACE
    }

    String apply(String content) {
      String text = Text.strip(content, "\n", left == End.NEWLINES, right == End.NEWLINES);
      return Text.strip(text, left == End.SPACE, right == End.SPACE);
    }
  }

  List<Segment> around(String content) {
    return join(
        List.of(
            new Segment(before, true),
            new Segment(trim.apply(content), false),
            new Segment(after, true)));
  }

  /** Merges neighbours of one kind, and drops what is empty. */
  static List<Segment> join(List<Segment> segments) {
    List<Segment> joined = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.text().isEmpty()) {
        continue;
      }
      if (!joined.isEmpty() && joined.getLast().special() == segment.special()) {
        String text = joined.removeLast().text() + segment.text();
        joined.add(new Segment(text, segment.special()));
      } else {
        joined.add(segment);
      }
    }
    return List.copyOf(joined);
  }
}
