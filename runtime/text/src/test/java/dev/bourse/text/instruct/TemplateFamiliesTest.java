package dev.bourse.text.instruct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.text.instruct.CallFormat.CallSyntax;
import dev.bourse.text.instruct.Families.Family;
import dev.bourse.text.template.Segment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What is found in the templates of real models. */
class TemplateFamiliesTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static final String TOOL =
      """
      {"name": "get_weather", "description": "Current weather.", "parameters": {"type": "object",
      "properties": {"city": {"type": "string", "description": "Where"}}, "required": ["city"]}}
      """;

  private static final CallFormat HERMES =
      new CallFormat(
          "",
          new CallSyntax.Json("<tool_call>\n", "name", "arguments", "\n</tool_call>"),
          "\n",
          "",
          true);

  private static final CallFormat LLAMA =
      new CallFormat("", new CallSyntax.Json("", "name", "parameters", ""), "", "", false);

  private static CallFormat list(String begin) {
    return new CallFormat(begin, new CallSyntax.Json("", "name", "arguments", ""), ", ", "]", true);
  }

  /** How each family writes calls; the others write none. */
  private static final Map<String, CallFormat> CALLS =
      Map.of(
          "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", HERMES,
          "Qwen-Qwen2.5-7B-Instruct", HERMES,
          "Qwen-Qwen3-0.6B", HERMES,
          "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B",
              new CallFormat(
                  "<｜tool▁calls▁begin｜>",
                  new CallSyntax.Named(
                      "<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
                      "\n```json\n",
                      "\n```<｜tool▁call▁end｜>"),
                  "\n",
                  "<｜tool▁calls▁end｜>",
                  true),
          "ibm-granite-granite-3.3-2B-Instruct", list("<|tool_call|>["),
          "meta-llama-Llama-3.1-8B-Instruct", LLAMA,
          "meta-llama-Llama-3.2-3B-Instruct", LLAMA,
          "mistralai-Mistral-Nemo-Instruct-2407", list("[TOOL_CALLS]["),
          "openai-gpt-oss-120b", new CallFormat("", new CallSyntax.Harmony(), "", "", false));

  private static final ReasoningFormat THINK =
      new ReasoningFormat.Tags("<think>", "</think>", false);

  private static final Map<String, ReasoningFormat> REASONING =
      Map.of(
          "HuggingFaceTB-SmolLM3-3B", THINK,
          "Qwen-Qwen3-0.6B", THINK,
          "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", THINK,
          "ibm-granite-granite-3.3-2B-Instruct", THINK,
          "openai-gpt-oss-120b", new ReasoningFormat.Channels());

  @TestFactory
  Stream<DynamicNode> findsHowCallsAndThoughtsAreWritten() {
    return Families.each(
        family ->
            DynamicTest.dynamicTest(
                family.name(),
                () -> {
                  Instruct instruct = family.instruct();
                  assertThat(instruct.calls())
                      .isEqualTo(Optional.ofNullable(CALLS.get(family.name())));
                  assertThat(instruct.reasoning())
                      .isEqualTo(REASONING.getOrDefault(family.name(), new ReasoningFormat.None()));
                }));
  }

  /** Their templates say nothing of tools. */
  private static final Set<String> WITHOUT_TOOLS =
      Set.of(
          "HuggingFaceTB-SmolLM3-3B",
          "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B",
          "google-gemma-2-2b-it",
          "microsoft-Phi-3.5-mini-instruct");

  @TestFactory
  Stream<DynamicNode> describesToolsAsTheTemplateDoes() {
    return Families.each(family -> DynamicTest.dynamicTest(family.name(), () -> equips(family)));
  }

  private static void equips(Family family) {
    Instruct instruct = family.instruct();
    if (WITHOUT_TOOLS.contains(family.name())) {
      assertThatThrownBy(() -> instruct.equip(List.of(TOOL)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has no place for tools");
      return;
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(message("user", "Hi there")));
    variables.put("tools", List.of(ordered("type", "function", "function", json(TOOL))));
    if (family.name().startsWith("meta-llama")) {
      variables.put("tools_in_user_message", false);
    }
    int[] opening = instruct.equip(List.of(TOOL));
    assertThat(text(family, opening) + text(family, user(family, "Hi there")))
        .isEqualTo(withoutCue(family, render(family, variables)));
    if (!family.name().startsWith("mistralai")) {
      variables.put(
          "messages", List.of(message("system", "Be brief."), message("user", "Hi there")));
      int[] withSystem = instruct.equip("Be brief.", List.of(TOOL));
      assertThat(text(family, withSystem) + text(family, user(family, "Hi there")))
          .isEqualTo(withoutCue(family, render(family, variables)));
    }
  }

  /** These conversations are concatenations of turns, with calls in them as well. */
  private static final Set<String> EXACT =
      Set.of(
          "Qwen-Qwen2.5-7B-Instruct",
          "Qwen-Qwen3-0.6B",
          "meta-llama-Llama-3.1-8B-Instruct",
          "meta-llama-Llama-3.2-3B-Instruct");

  @TestFactory
  Stream<DynamicNode> writesAConversationWithACallAsTheTemplateDoes() {
    return Families.each(
        family ->
            DynamicTest.dynamicTest(
                family.name(),
                () -> {
                  if (!EXACT.contains(family.name())) {
                    assertThat(CALLS.get(family.name())).isNotIn(LLAMA);
                    return;
                  }
                  converses(family);
                }));
  }

  private static void converses(Family family) {
    String arguments = "{\"city\": \"Zürich \\\"old town\\\" }]\"}";
    String result = "{\"sky\": \"clear <|im_end|>\"}";
    Map<String, Object> call = message("assistant", "");
    call.put(
        "tool_calls",
        List.of(
            Map.of(
                "id",
                "abcdef123",
                "type",
                "function",
                "function",
                ordered("name", "get_weather", "arguments", json(arguments)))));
    Map<String, Object> answer = message("tool", result);
    answer.put("tool_call_id", "abcdef123");
    answer.put("name", "get_weather");
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(message("user", "Weather?"), call, answer));
    variables.put("tools", List.of(ordered("type", "function", "function", json(TOOL))));
    variables.put("tools_in_user_message", false);
    Instruct instruct = family.instruct();
    CallFormat format = instruct.calls().orElseThrow();
    CallSyntax.Json syntax = (CallSyntax.Json) format.call();
    String written =
        syntax.open()
            + "{\"name\": \"get_weather\", \""
            + syntax.argumentsKey()
            + "\": "
            + arguments
            + "}"
            + syntax.close();
    assertThat(
            text(family, instruct.equip(List.of(TOOL)))
                + text(family, user(family, "Weather?"))
                + cue(family)
                + written
                + segments(family.chat().seal())
                + text(family, instruct.answer("get_weather", result))
                + cue(family))
        .isEqualTo(render(family, variables));
  }

  @TestFactory
  Stream<DynamicNode> aResultIsPlainText() {
    return Families.each(
        family ->
            DynamicTest.dynamicTest(
                family.name(),
                () -> {
                  Instruct instruct = family.instruct();
                  if (family.name().startsWith("google") || family.name().startsWith("microsoft")) {
                    assertThatThrownBy(() -> instruct.answer("f", "x"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(family.name());
                    return;
                  }
                  for (String tag :
                      family.tokenizer().specialTokens().stream()
                          .filter(token -> family.tokenizer().isSpecial(token.id()))
                          .map(token -> token.text())
                          .toList()) {
                    assertThat(specials(family, instruct.answer("f", "a " + tag + " b")))
                        .isEqualTo(specials(family, instruct.answer("f", "a b")));
                    assertThat(specials(family, instruct.answer(tag, "a b")))
                        .isEqualTo(specials(family, instruct.answer("f", "a b")));
                  }
                  assertThat(text(family, instruct.answer("f", "sunny"))).contains("sunny");
                }));
  }

  private static List<Integer> specials(Family family, int[] tokens) {
    return Arrays.stream(tokens).filter(family.tokenizer()::isSpecial).boxed().toList();
  }

  @TestFactory
  Stream<DynamicNode> refusesControlTokensInDescriptions() {
    return Families.each(
        family ->
            DynamicTest.dynamicTest(
                family.name(),
                () -> {
                  String tool = TOOL.replace("Current weather.", "x </s> y");
                  assertThatThrownBy(() -> family.instruct().equip(List.of(tool)))
                      .isInstanceOf(IllegalArgumentException.class)
                      .hasMessageContaining("contains </s>, which is a token of the model");
                }));
  }

  @TestFactory
  Stream<DynamicNode> findsTheCallsThatTheTemplateWrites() {
    return Families.each(
        family ->
            DynamicTest.dynamicTest(
                family.name(),
                () -> {
                  if (CALLS.containsKey(family.name())
                      && !family.name().startsWith("ibm-granite")) {
                    findsCalls(family);
                  } else {
                    ToolDecoder decoder = family.instruct().toolDecoder();
                    int[] tokens = family.tokenizer().encode("{\"name\": \"f\"}", false, true);
                    assertThat(decoder.feed(tokens)).isEqualTo(new ToolEvent.Start());
                  }
                }));
  }

  private static void findsCalls(Family family) {
    String first =
        "{\"city\":\"Zürich \\\"old town\\\" \\\\ }]{ 🙂\",\"deep\":{\"a\":[1,{\"b\":null}]}}";
    String second = "{\"values\":[1,2.50,-3e2]}";
    boolean many = family.instruct().calls().orElseThrow().many();
    String turn = turn(family, many ? List.of(first, second) : List.of(first));
    for (boolean special : new boolean[] {true, false}) {
      int[] tokens = family.tokenizer().encode(turn, false, special);
      for (int step : new int[] {1, 2, 7, tokens.length}) {
        List<ToolEvent.Call> calls = Streams.calls(family.instruct().toolDecoder(), tokens, step);
        assertThat(calls).hasSize(many ? 2 : 1);
        assertThat(calls.getFirst().name()).isEqualTo("f0");
        assertThat(json(calls.getFirst().arguments())).isEqualTo(json(first));
        if (many) {
          assertThat(calls.getLast().name()).isEqualTo("f1");
          assertThat(json(calls.getLast().arguments())).isEqualTo(json(second));
        }
      }
    }
  }

  /** What a template writes for a turn of calls, behind what opens the turn. */
  private static String turn(Family family, List<String> arguments) {
    Map<String, Object> message = message("assistant", "");
    if (family.name().startsWith("deepseek")) {
      message.put("content", null);
    }
    List<Object> calls = new ArrayList<>();
    for (int at = 0; at < arguments.size(); at++) {
      calls.add(
          Map.of(
              "id",
              "abcdef12" + at,
              "type",
              "function",
              "function",
              ordered("name", "f" + at, "arguments", json(arguments.get(at)))));
    }
    message.put("tool_calls", calls);
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", List.of(message("user", "zqx"), message));
    variables.put("add_generation_prompt", false);
    String text = render(family, variables);
    String head = ToolTurns.head(family.chat());
    String tail = text.substring(text.indexOf("zqx") + 3);
    return tail.startsWith(head) ? tail.substring(head.length()) : tail;
  }

  private static Map<String, Object> ordered(
      String key, Object value, String secondKey, Object secondValue) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(key, value);
    map.put(secondKey, secondValue);
    return map;
  }

  private static Map<String, Object> message(String role, String content) {
    return new LinkedHashMap<>(Map.of("role", role, "content", content));
  }

  private static Map<String, Object> json(String json) {
    return JSON.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  private static String render(Family family, Map<String, Object> variables) {
    Map<String, Object> all = new HashMap<>(variables);
    all.putIfAbsent("add_generation_prompt", true);
    all.put("bos_token", "<s>");
    all.put("eos_token", "</s>");
    return family.template().render(all, Families.NOW);
  }

  private static String withoutCue(Family family, String prompt) {
    assertThat(prompt).endsWith(cue(family));
    return prompt.substring(0, prompt.length() - cue(family).length());
  }

  private static String cue(Family family) {
    return segments(family.chat().cue());
  }

  private static String segments(List<Segment> segments) {
    StringBuilder text = new StringBuilder();
    segments.forEach(segment -> text.append(segment.text()));
    return text.toString();
  }

  private static int[] user(Family family, String text) {
    return family.tokenizer().encode(segments(family.chat().user(text)), false, true);
  }

  private static String text(Family family, int[] tokens) {
    return new String(
        Objects.requireNonNull(family.tokenizer().decode(tokens, false)), StandardCharsets.UTF_8);
  }
}
