package dev.bourse.text.instruct;

import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.Conversation.CallStyle;
import dev.bourse.text.instruct.Conversation.Renderer;
import dev.bourse.text.template.TemplateException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a template writes calls, found by rendering a turn that calls a known function.
 *
 * @param format how calls are written
 * @param style how the template wants the turn
 * @param withTools whether it has to be given the tools as well
 * @param turnEnd the text that ends a turn of calls; empty if it is not known
 */
record CallProbe(CallFormat format, CallStyle style, boolean withTools, String turnEnd) {

  /**
   * A turn of calls, cut up.
   *
   * @param before from where the turn begins to the first call's object or name
   * @param call the first call's syntax without {@code open} and {@code close}
   * @param between from the first call to the second; empty if there is one
   * @param after from the last call on
   */
  private record Turn(String before, CallSyntax call, String between, String after) {}

  /**
   * Takes the calls of a template apart.
   *
   * @param head what the template writes between a user's text and an answer
   * @param ends texts that end a turn
   * @return empty if the template writes no calls
   */
  static Optional<CallProbe> of(Renderer renderer, String head, Collection<String> ends) {
    for (boolean withTools : new boolean[] {false, true}) {
      for (CallStyle style : CallStyle.values()) {
        Optional<Turn> one = turn(renderer, head, 1, style, withTools);
        if (one.isPresent()) {
          Optional<Turn> two = turn(renderer, head, 2, style, withTools);
          return Optional.of(assemble(one.get(), two, style, withTools, ends));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Turn> turn(
      Renderer renderer, String head, int calls, CallStyle style, boolean withTools) {
    String text;
    try {
      text = render(renderer, calls, style, withTools, true);
    } catch (TemplateException wantsNoResult) {
      try {
        text = render(renderer, calls, style, withTools, false);
      } catch (TemplateException refused) {
        return Optional.empty();
      }
    }
    int user = text.lastIndexOf(Conversation.USER);
    return user < 0
        ? Optional.empty()
        : cut(text.substring(user + Conversation.USER.length()), head, calls);
  }

  private static String render(
      Renderer renderer, int calls, CallStyle style, boolean withTools, boolean withResults) {
    Conversation conversation = new Conversation().user(Conversation.USER).calls(calls, style);
    if (withTools) {
      conversation.tools(Conversation.probedTools());
    }
    for (int at = 0; withResults && at < calls; at++) {
      conversation.result(at, Conversation.RESULT);
    }
    return renderer.render(conversation, withResults);
  }

  private static Optional<Turn> cut(String tail, String head, int calls) {
    int name = tail.indexOf(Conversation.functionName(0));
    int key = tail.indexOf('"' + Conversation.KEY + '"');
    int begin = commonBeginning(tail, head);
    if (name < 0) {
      return Optional.empty();
    }
    if (key < 0) {
      return nameAndParameters(tail, begin, name, calls);
    }
    return wholeObject(tail, begin, name, key, calls)
        .or(() -> nameAndObject(tail, begin, name, key, calls));
  }

  /** The name and the arguments inside one JSON object. */
  private static Optional<Turn> wholeObject(String tail, int begin, int name, int key, int calls) {
    for (int brace = tail.lastIndexOf('{', Math.min(name, key));
        brace >= begin;
        brace = tail.lastIndexOf('{', brace - 1)) {
      int end = ObjectEnd.of(tail, brace);
      if (end > Math.max(name, key)) {
        Optional<CallSyntax.Json> keys = keys(tail.substring(brace, end));
        if (keys.isPresent()) {
          return turn(tail, begin, brace, end, keys.get(), calls, text -> text.indexOf('{'));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<CallSyntax.Json> keys(String object) {
    String nameKey = "";
    String argumentsKey = "";
    for (Map.Entry<String, JsonSource.Member> member : JsonSource.members(object).entrySet()) {
      String text = member.getValue().text();
      if (text.equals(Conversation.functionName(0))) {
        nameKey = member.getKey();
      } else if (JsonSource.members(text).containsKey(Conversation.KEY)) {
        argumentsKey = member.getKey();
      }
    }
    return nameKey.isEmpty() || argumentsKey.isEmpty()
        ? Optional.empty()
        : Optional.of(new CallSyntax.Json("", nameKey, argumentsKey, ""));
  }

  /** The name as text and then the arguments as JSON. */
  private static Optional<Turn> nameAndObject(
      String tail, int begin, int name, int key, int calls) {
    String word = Conversation.functionName(0);
    int brace = tail.lastIndexOf('{', key);
    int end = brace < name ? -1 : ObjectEnd.of(tail, brace);
    if (end < 0 || name < begin) {
      return Optional.empty();
    }
    String middle = tail.substring(name + word.length(), brace);
    CallSyntax.Named syntax = new CallSyntax.Named("", middle, "");
    return turn(
        tail, begin, name, end, syntax, calls, text -> text.indexOf(Conversation.functionName(1)));
  }

  /** The name as text and then the arguments one by one, in their order. */
  private static Optional<Turn> nameAndParameters(String tail, int begin, int name, int calls) {
    int nameEnd = name + Conversation.functionName(0).length();
    int key = tail.indexOf(Conversation.KEY, nameEnd);
    int value = tail.indexOf(Conversation.VALUE, key);
    int otherKey = tail.indexOf(Conversation.OTHER_KEY, value);
    int otherValue = tail.indexOf(Conversation.OTHER_VALUE, otherKey);
    if (name < begin || key < 0 || value < 0 || otherKey < 0 || otherValue < 0) {
      return Optional.empty();
    }
    String beforeKey = tail.substring(nameEnd, key);
    String keyClose = tail.substring(key + Conversation.KEY.length(), value);
    String betweenValues = tail.substring(value + Conversation.VALUE.length(), otherKey);
    int keyOpen = commonEnding(beforeKey, betweenValues);
    String valueClose = betweenValues.substring(0, betweenValues.length() - keyOpen);
    int end = otherValue + Conversation.OTHER_VALUE.length();
    if (!tail.startsWith(valueClose, end)
        || Blanks.without(beforeKey).isEmpty()
        || Blanks.without(keyClose).isEmpty()
        || Blanks.without(valueClose).isEmpty()) {
      return Optional.empty();
    }
    CallSyntax.Parameters syntax =
        new CallSyntax.Parameters(
            "",
            beforeKey.substring(0, beforeKey.length() - keyOpen),
            beforeKey.substring(beforeKey.length() - keyOpen),
            keyClose,
            valueClose,
            "");
    return turn(
        tail,
        begin,
        name,
        end + valueClose.length(),
        syntax,
        calls,
        text -> text.indexOf(Conversation.functionName(1)));
  }

  private interface Find {
    int in(String text);
  }

  private static Optional<Turn> turn(
      String tail, int begin, int callBegin, int callEnd, CallSyntax syntax, int calls, Find next) {
    String before = tail.substring(begin, callBegin);
    String rest = tail.substring(callEnd);
    if (calls == 1) {
      return Optional.of(new Turn(before, syntax, "", rest));
    }
    int second = rest.indexOf(Conversation.functionName(1));
    int at = next.in(rest);
    return second < 0 || at < 0 || at > second
        ? Optional.empty()
        : Optional.of(new Turn(before, syntax, rest.substring(0, at), ""));
  }

  /** How much two texts have in common at their beginnings, not ending inside a tag. */
  private static int commonBeginning(String text, String head) {
    int common = 0;
    while (common < Math.min(text.length(), head.length())
        && text.charAt(common) == head.charAt(common)) {
      common++;
    }
    if (common == head.length()) {
      return common;
    }
    while (common > 0 && ">]\n".indexOf(text.charAt(common - 1)) < 0) {
      common--;
    }
    return common;
  }

  private static CallProbe assemble(
      Turn one, Optional<Turn> two, CallStyle style, boolean withTools, Collection<String> ends) {
    if (one.call() instanceof CallSyntax.Named named && named.middle().contains(Harmony.CHANNEL)) {
      CallFormat format = new CallFormat("", new CallSyntax.Harmony(), "", "", false);
      return new CallProbe(format, style, withTools, firstTag(one.after()));
    }
    int end = endOfTurn(one.after(), ends);
    String closing = one.after().substring(0, end);
    String turnEnd =
        ends.stream().filter(one.after().substring(end)::startsWith).findFirst().orElse("");
    if (two.isEmpty()) {
      CallFormat format =
          new CallFormat("", with(one.call(), one.before(), closing), "", "", false);
      return new CallProbe(format, style, withTools, turnEnd);
    }
    String between = two.get().between();
    int open = commonEnding(one.before(), between);
    String rest = between.substring(0, between.length() - open);
    int close = commonPrefix(closing, rest);
    CallSyntax call =
        with(
            one.call(),
            one.before().substring(one.before().length() - open),
            closing.substring(0, close));
    CallFormat format =
        new CallFormat(
            one.before().substring(0, one.before().length() - open),
            call,
            rest.substring(close),
            closing.substring(close),
            true);
    return new CallProbe(format, style, withTools, turnEnd);
  }

  private static CallSyntax with(CallSyntax call, String open, String close) {
    return switch (call) {
      case CallSyntax.Json json ->
          new CallSyntax.Json(open, json.nameKey(), json.argumentsKey(), close);
      case CallSyntax.Named named -> new CallSyntax.Named(open, named.middle(), close);
      case CallSyntax.Parameters each ->
          new CallSyntax.Parameters(
              open, each.middle(), each.keyOpen(), each.keyClose(), each.valueClose(), close);
      case CallSyntax.Harmony harmony -> harmony;
    };
  }

  private static String firstTag(String text) {
    int end = text.indexOf('>');
    return text.startsWith("<") && end > 0 ? text.substring(0, end + 1) : "";
  }

  private static int endOfTurn(String after, Collection<String> ends) {
    return ends.stream()
        .mapToInt(after::indexOf)
        .filter(at -> at >= 0)
        .min()
        .orElse(after.length());
  }

  private static int commonPrefix(String a, String b) {
    int common = 0;
    while (common < Math.min(a.length(), b.length()) && a.charAt(common) == b.charAt(common)) {
      common++;
    }
    return common;
  }

  private static int commonEnding(String a, String b) {
    int common = 0;
    while (common < Math.min(a.length(), b.length())
        && a.charAt(a.length() - 1 - common) == b.charAt(b.length() - 1 - common)) {
      common++;
    }
    return common;
  }

  /** What a template mentions that leaves the writing of calls to whoever fills in the answer. */
  private static final List<Map.Entry<String, CallFormat>> MENTIONED =
      List.of(
          Map.entry(
              "<|tool_call|>",
              new CallFormat(
                  "<|tool_call|>[",
                  new CallSyntax.Json("", "name", "arguments", ""),
                  ", ",
                  "]",
                  true)),
          Map.entry(
              "<tool_call>",
              new CallFormat(
                  "",
                  new CallSyntax.Json("<tool_call>\n", "name", "arguments", "\n</tool_call>"),
                  "\n",
                  "",
                  true)),
          Map.entry(
              "[TOOL_CALLS]",
              new CallFormat(
                  "[TOOL_CALLS][",
                  new CallSyntax.Json("", "name", "arguments", ""),
                  ", ",
                  "]",
                  true)));

  /** The format that a template mentions without writing it. */
  static Optional<CallFormat> mentioned(Renderer renderer) {
    return MENTIONED.stream()
        .filter(entry -> renderer.template().mentions(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
