package dev.bourse.text.instruct;

import dev.bourse.text.template.ChatTemplate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A short conversation to render. Its contents are marks: words that no template writes, so that
 * what stands around them is the template's.
 */
final class Conversation {
  static final String SYSTEM = "zqxsystem";
  static final String USER = "zqxuser";
  static final String KEY = "zqxkey";
  static final String VALUE = "zqxvalue";
  static final String OTHER_KEY = "zqxother";
  static final String OTHER_VALUE = "zqxelse";
  static final String RESULT = "zqxresult";
  static final String THOUGHT = "zqxthought";
  static final String ANSWER = "zqxanswer";

  private final List<Map<String, @Nullable Object>> messages = new ArrayList<>();
  private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();

  /** How a template wants a turn that calls functions. */
  enum CallStyle {
    NO_CONTENT(null, false),
    EMPTY_CONTENT("", false),
    NO_CONTENT_ARGUMENTS_AS_TEXT(null, true),
    EMPTY_CONTENT_ARGUMENTS_AS_TEXT("", true);

    private final @Nullable String content;
    private final boolean argumentsAsText;

    CallStyle(@Nullable String content, boolean argumentsAsText) {
      this.content = content;
      this.argumentsAsText = argumentsAsText;
    }
  }

  Conversation user(String text) {
    messages.add(message("user", text));
    return this;
  }

  Conversation system(String text) {
    messages.add(message("system", text));
    return this;
  }

  /** An answer with a thought, under the names that templates know. */
  Conversation thought() {
    Map<String, @Nullable Object> message = message("assistant", ANSWER);
    message.put("reasoning_content", THOUGHT);
    message.put("thinking", THOUGHT);
    messages.add(message);
    return this;
  }

  static String functionName(int call) {
    return "zqxname" + call;
  }

  /** A turn that calls the functions 0 to {@code calls - 1}. */
  Conversation calls(int calls, CallStyle style) {
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    for (int at = 0; at < calls; at++) {
      Map<String, @Nullable Object> function = new LinkedHashMap<>();
      function.put("name", functionName(at));
      Map<String, @Nullable Object> arguments = new LinkedHashMap<>();
      arguments.put(KEY, VALUE);
      arguments.put(OTHER_KEY, OTHER_VALUE);
      String text =
          "{\"" + KEY + "\": \"" + VALUE + "\", \"" + OTHER_KEY + "\": \"" + OTHER_VALUE + "\"}";
      function.put("arguments", style.argumentsAsText ? text : arguments);
      Map<String, @Nullable Object> call = new LinkedHashMap<>();
      call.put("id", callId(at));
      call.put("type", "function");
      call.put("function", function);
      list.add(call);
    }
    Map<String, @Nullable Object> message = message("assistant", style.content);
    message.put("tool_calls", list);
    messages.add(message);
    return this;
  }

  /** The result of a call. */
  Conversation result(int call, String value) {
    Map<String, @Nullable Object> message = message("tool", value);
    message.put("tool_call_id", callId(call));
    message.put("name", functionName(call));
    messages.add(message);
    return this;
  }

  /** An id that the strictest templates take: nine letters and digits. */
  private static String callId(int call) {
    return "call0000" + call;
  }

  Conversation tools(List<Map<String, @Nullable Object>> tools) {
    variables.put("tools", tools);
    return this;
  }

  /** Sets what only some templates ask for. */
  Conversation option(String name, Object value) {
    variables.put(name, value);
    return this;
  }

  private static Map<String, @Nullable Object> message(String role, @Nullable String content) {
    Map<String, @Nullable Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /** The functions 0 and 1 as tools, for templates that write calls only of tools they know. */
  static List<Map<String, @Nullable Object>> probedTools() {
    List<Map<String, @Nullable Object>> tools = new ArrayList<>();
    for (int at = 0; at < 2; at++) {
      tools.add(
          Tools.parse(
              """
              {"name": "%s", "description": "d", "parameters": {"type": "object", "properties":
              {"%s": {"type": "string", "description": "d"}}, "required": ["%s"]}}
              """
                  .formatted(functionName(at), KEY, KEY)));
    }
    return tools;
  }

  /**
   * Where conversations are rendered.
   *
   * @param bosText the text of the token that begins a text, or empty
   * @param eosText the text of the token that ends a text, or empty
   * @param now what templates that print the date print
   */
  record Renderer(ChatTemplate template, String bosText, String eosText, LocalDateTime now) {

    /**
     * Renders.
     *
     * @param cue whether the template shall open a turn of the assistant
     * @throws dev.bourse.text.template.TemplateException if the template refuses
     */
    String render(Conversation conversation, boolean cue) {
      Map<String, @Nullable Object> variables = new LinkedHashMap<>(conversation.variables);
      variables.put("messages", conversation.messages);
      variables.put("add_generation_prompt", cue);
      variables.put("bos_token", bosText);
      variables.put("eos_token", eosText);
      return template.render(variables, now);
    }
  }
}
