package dev.bourse.text.instruct;

import dev.bourse.text.instruct.Conversation.Renderer;
import dev.bourse.text.template.TemplateException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** How a template sets thoughts apart, found by rendering an answer with a known thought. */
final class ReasoningProbe {

  /** Tags that models are trained on, for templates that leave thoughts out of what they render. */
  private static final List<List<String>> KNOWN =
      List.of(
          List.of("<think>", "</think>"),
          List.of("<thinking>", "</thinking>"),
          List.of("[THINK]", "[/THINK]"),
          List.of("<|START_THINKING|>", "<|END_THINKING|>"),
          List.of("<seed:think>", "</seed:think>"),
          List.of("<reasoning>", "</reasoning>"));

  private ReasoningProbe() {}

  /**
   * The format of a template's thoughts.
   *
   * @param head what the template writes between a user's text and an answer
   * @param cue what it opens an answer with
   * @param isToken whether a text is one token of the vocabulary
   */
  static ReasoningFormat of(Renderer renderer, String head, String cue, Predicate<String> isToken) {
    Optional<String> rendered = rendered(renderer);
    if (rendered.isPresent() && rendered.get().contains(Harmony.CHANNEL)) {
      return new ReasoningFormat.Channels();
    }
    Optional<List<String>> tags =
        rendered
            .flatMap(text -> around(text, head))
            .or(() -> known(tag -> renderer.template().mentions(tag)))
            .or(() -> known(isToken));
    return tags.<ReasoningFormat>map(
            pair ->
                new ReasoningFormat.Tags(
                    pair.getFirst(),
                    pair.getLast(),
                    cue.lastIndexOf(pair.getFirst()) > cue.lastIndexOf(pair.getLast())))
        .orElse(new ReasoningFormat.None());
  }

  private static Optional<String> rendered(Renderer renderer) {
    try {
      String text = renderer.render(new Conversation().user(Conversation.USER).thought(), false);
      return Optional.of(text).filter(each -> each.contains(Conversation.THOUGHT));
    } catch (TemplateException refused) {
      return Optional.empty();
    }
  }

  /** The tags around the thought, if there is something on both sides. */
  private static Optional<List<String>> around(String text, String head) {
    int thought = text.indexOf(Conversation.THOUGHT);
    int user = text.lastIndexOf(Conversation.USER, thought);
    int answer = text.indexOf(Conversation.ANSWER, thought);
    if (user < 0 || answer < 0) {
      return Optional.empty();
    }
    String before = text.substring(user + Conversation.USER.length(), thought).strip();
    String close = text.substring(thought + Conversation.THOUGHT.length(), answer).strip();
    int open = before.lastIndexOf(before.endsWith("]") ? '[' : '<');
    return open < 0 || close.isEmpty() || head.strip().endsWith(before.substring(open))
        ? Optional.empty()
        : Optional.of(List.of(before.substring(open), close));
  }

  private static Optional<List<String>> known(Predicate<String> has) {
    return KNOWN.stream().filter(pair -> pair.stream().allMatch(has)).findFirst();
  }
}
