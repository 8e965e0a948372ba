package dev.bourse.text.instruct;

import dev.bourse.text.instruct.Conversation.CallStyle;
import dev.bourse.text.instruct.Conversation.Renderer;
import dev.bourse.text.template.ChatFormat;
import dev.bourse.text.template.Segment;
import dev.bourse.text.template.TemplateException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a template writes of tools: their descriptions, and what calls gave. */
final class ToolTurns {

  /** Some templates write tools into the user's turn, but for this. */
  private static final String TOOLS_IN_USER_MESSAGE = "tools_in_user_message";

  private final Renderer renderer;
  private final ChatFormat chat;
  private final Optional<CallProbe> calls;
  private final String userOpening;

  ToolTurns(Renderer renderer, ChatFormat chat, Optional<CallProbe> calls) {
    this.renderer = renderer;
    this.chat = chat;
    this.calls = calls;
    userOpening = opening(chat.user(Conversation.USER));
  }

  private static String opening(List<Segment> turn) {
    String text = text(turn);
    return text.substring(0, text.indexOf(Conversation.USER));
  }

  private static String text(List<Segment> segments) {
    return segments.stream().map(Segment::text).collect(Collectors.joining());
  }

  /**
   * What opens a conversation with tools, up to the first user turn.
   *
   * @param system the system prompt, if there is one
   * @throws IllegalArgumentException if the template knows no tools, or not before the user's turn
   */
  List<Segment> equip(Optional<String> system, List<Map<String, @Nullable Object>> tools) {
    Conversation plain = new Conversation();
    system.ifPresent(text -> plain.system(Conversation.SYSTEM));
    String without = beforeUser(plain.user(Conversation.USER));
    for (boolean apart : new boolean[] {false, true}) {
      Conversation equipped = new Conversation().tools(tools);
      system.ifPresent(text -> equipped.system(Conversation.SYSTEM));
      if (apart) {
        equipped.option(TOOLS_IN_USER_MESSAGE, false);
      }
      String opening = beforeUser(equipped.user(Conversation.USER));
      if (opening.equals(without)) {
        throw new IllegalArgumentException(
            "the template of "
                + renderer.template().name()
                + " has no place for tools: describe them in the system prompt");
      }
      if (opening.endsWith(userOpening)) {
        return withSystem(
            opening.substring(0, opening.length() - userOpening.length()), system.orElse(""));
      }
    }
    throw new IllegalArgumentException(
        "the template of "
            + renderer.template().name()
            + " writes tools into the user's turn: describe them in the user's text");
  }

  private String beforeUser(Conversation conversation) {
    String text = renderer.render(conversation, true);
    int user = text.lastIndexOf(Conversation.USER);
    if (user < 0) {
      throw new IllegalArgumentException(
          "the template of "
              + renderer.template().name()
              + " leaves out the user's turn when there are tools");
    }
    return text.substring(0, user);
  }

  private static List<Segment> withSystem(String opening, String system) {
    List<Segment> segments = new ArrayList<>();
    int mark = system.isEmpty() ? -1 : opening.indexOf(Conversation.SYSTEM);
    if (mark >= 0) {
      add(segments, opening.substring(0, mark), true);
      add(segments, system.strip(), false);
      add(segments, opening.substring(mark + Conversation.SYSTEM.length()), true);
    } else {
      add(segments, opening, true);
    }
    return segments;
  }

  /**
   * What a call gave, from where the turn of the call was closed to where the next turn begins.
   *
   * @throws IllegalArgumentException if the template has no place for it
   */
  List<Segment> answer(String name, String value) {
    String known = renderer.render(call().result(0, Conversation.RESULT), true);
    int begin = afterCall(known);
    int mark = known.indexOf(Conversation.RESULT, begin);
    if (begin < 0 || mark < 0) {
      throw new IllegalArgumentException(
          "the template of "
              + renderer.template().name()
              + " has no place for the result of a tool: pass it as a user turn");
    }
    String after = known.substring(mark + Conversation.RESULT.length());
    String rendered = renderer.render(call().result(0, value), true);
    String before = known.substring(0, mark);
    if (!rendered.startsWith(before) || !rendered.endsWith(after)) {
      throw new IllegalArgumentException(
          "the template of "
              + renderer.template().name()
              + " writes this result elsewhere than other results: pass it as a user turn");
    }
    List<Segment> segments = new ArrayList<>();
    named(segments, before.substring(begin), name);
    add(segments, rendered.substring(mark, rendered.length() - after.length()), false);
    String cue = text(chat.cue());
    add(
        segments,
        !cue.isEmpty() && after.endsWith(cue)
            ? after.substring(0, after.length() - cue.length())
            : after,
        true);
    return segments;
  }

  private Conversation call() {
    Conversation conversation = new Conversation().user(Conversation.USER);
    CallStyle style = calls.map(CallProbe::style).orElse(CallStyle.EMPTY_CONTENT);
    if (calls.isPresent() && calls.get().withTools()) {
      conversation.tools(Conversation.probedTools());
    }
    return conversation.calls(1, style);
  }

  /** Where the turn after the call's begins. */
  private int afterCall(String text) {
    int user = text.lastIndexOf(Conversation.USER) + Conversation.USER.length();
    String seal = text(chat.seal());
    if (calls.isEmpty()) {
      // The call was not written: its turn is empty, or is not there.
      int result = text.indexOf(Conversation.RESULT, user);
      String between = result < 0 ? "" : text.substring(user, result);
      String head = closing(chat.user(Conversation.USER)) + text(chat.cue()) + seal;
      if (between.startsWith(head)) {
        return user + head.length();
      }
      String closing = closing(chat.user(Conversation.USER));
      return between.startsWith(closing) ? user + closing.length() : -1;
    }
    int value = text.indexOf(Conversation.VALUE, user);
    String turnEnd = calls.get().turnEnd();
    int end = turnEnd.isEmpty() ? -1 : text.indexOf(turnEnd, value);
    if (end < 0) {
      return -1;
    }
    return text.startsWith(seal, end) && !seal.isEmpty()
        ? end + seal.length()
        : end + turnEnd.length();
  }

  private static String closing(List<Segment> turn) {
    String text = text(turn);
    return text.substring(text.indexOf(Conversation.USER) + Conversation.USER.length());
  }

  /** The template's text with the function's name in its places. */
  private static void named(List<Segment> segments, String text, String name) {
    String mark = Conversation.functionName(0);
    int from = 0;
    for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, from)) {
      add(segments, text.substring(from, at), true);
      add(segments, name, false);
      from = at + mark.length();
    }
    add(segments, text.substring(from), true);
  }

  private static void add(List<Segment> segments, String text, boolean special) {
    if (!text.isEmpty()) {
      segments.add(new Segment(text, special));
    }
  }

  /** What the template writes between a user's text and an answer. */
  static String head(ChatFormat chat) {
    return closing(chat.user(Conversation.USER)) + text(chat.cue());
  }

  /** Whether a template can be asked at all. */
  static Optional<CallProbe> probe(Renderer renderer, ChatFormat chat, Collection<String> ends) {
    try {
      return CallProbe.of(renderer, head(chat), ends);
    } catch (TemplateException refused) {
      return Optional.empty();
    }
  }
}
