package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.server.node.Launch;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests as clients send them, and what the inferlet is given for them. */
class RequestMappingTest {
  private static final ModelCard MODEL = new ModelCard("m", 1024, "fp_1");

  private static Members members(String json) {
    return Members.of(Json.request(json.getBytes(StandardCharsets.UTF_8)), "");
  }

  private static Job chat(String json) {
    return ChatRequest.read(members(json), MODEL, 7);
  }

  private static JsonNode input(Job job) {
    return Json.event(job.launch().input());
  }

  private static ObjectNode expected(String json) {
    ObjectNode expected = MODEL.input();
    expected.setAll((ObjectNode) Json.event(json));
    return expected;
  }

  @Test
  void aChatWithToolsAndItsHistory() {
    Job job =
        chat(
            """
            {"model":"m","stream":true,"stream_options":{"include_usage":true},
             "messages":[
              {"role":"developer","content":"Be brief."},
              {"role":"user","content":[{"type":"text","text":"What is "},{"type":"text","text":"up?"}],
               "name":"ann"},
              {"role":"assistant","content":null,"refusal":null,"tool_calls":[
                {"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"x\\": 1.50}"}},
                {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
              {"role":"tool","tool_call_id":"c2","content":"two"},
              {"role":"tool","tool_call_id":"call_0123456789abcdef0123456789abcdef_h_1","content":"3"},
              {"role":"assistant","content":"Well."}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object",
               "properties":{"b":{},"a":{}}},"strict":true}},
              {"type":"function","function":{"name":"g","description":"G"}}],
             "tool_choice":{"type":"function","function":{"name":"g"}},
             "max_tokens":5,"max_completion_tokens":6,"temperature":0.5,"top_p":0.9,"n":2,"seed":-3,
             "stop":["a","b"],"presence_penalty":-1,"frequency_penalty":1.5,
             "logit_bias":{"12":-100,"7":0.5},"logprobs":true,"top_logprobs":2,
             "user":"u","metadata":{"a":"b"},"store":true,"service_tier":"auto","prediction":null}
            """);
    assertThat(job.stream()).isTrue();
    assertThat(job.launch().program()).isEqualTo("openai-chat");
    assertThat(input(job))
        .isEqualTo(
            expected(
                """
                {"messages":[
                  {"role":"system","content":"Be brief."},
                  {"role":"user","content":"What is up?"},
                  {"role":"assistant","content":"","calls":[
                    {"name":"f","arguments":"{\\"x\\": 1.50}"},{"name":"g","arguments":"{}"}]},
                  {"role":"tool","name":"g","content":"two"},
                  {"role":"tool","name":"h_1","content":"3"},
                  {"role":"assistant","content":"Well."}],
                 "temperature":0.5,"top_p":0.9,"n":2,"seed":-3,"presence_penalty":-1.0,
                 "frequency_penalty":1.5,"stop":["a","b"],"logit_bias":{"12":-100.0,"7":0.5},
                 "tools":["{\\"name\\":\\"f\\",\\"description\\":\\"\\",\\"parameters\\":{\\"type\\":\\"object\\",\\"properties\\":{\\"b\\":{},\\"a\\":{}}}}",
                  "{\\"name\\":\\"g\\",\\"description\\":\\"G\\",\\"parameters\\":{\\"type\\":\\"object\\",\\"properties\\":{}}}"],
                 "tool_choice":"only g","parallel_calls":false,"max_tokens":6,"top_logprobs":2}
                """));
  }

  @Test
  void theExtensionBecomesABudgetABidAndNames() {
    Job job =
        chat(
            """
            {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_object"},
             "bourse":{"bid":{"per_token":0.5,"per_page":0.25},"budget_tokens":40,
               "budget_credits":1.5,"snapshot":"a","save_as":"b"}}
            """);
    Launch launch = job.launch();
    assertThat(launch.bid()).contains(new Launch.Bid(0.5, 0.25));
    assertThat(launch.budgetTokens()).isEqualTo(OptionalLong.of(40));
    assertThat(launch.budgetCredits()).isEqualTo(OptionalDouble.of(1.5));
    assertThat(input(job).path("open").stringValue()).isEqualTo("a");
    assertThat(input(job).path("save_as").stringValue()).isEqualTo("b");
    assertThat(input(job).path("must_save").booleanValue()).isTrue();
    assertThat(input(job).path("schema").stringValue()).isEqualTo("{\"type\":\"object\"}");
  }

  @Test
  void promptsAreTextsOrTokens() {
    Function<String, JsonNode> prompts =
        prompt ->
            input(
                    CompletionRequest.read(
                        members("{\"model\":\"m\",\"prompt\":" + prompt + "}"), MODEL, 7))
                .path("prompts");
    assertThat(prompts.apply("\"a\"")).isEqualTo(Json.event("[\"a\"]"));
    assertThat(prompts.apply("[1,2]")).isEqualTo(Json.event("[[1,2]]"));
    assertThat(prompts.apply("[\"a\",\"b\"]")).isEqualTo(Json.event("[\"a\",\"b\"]"));
    assertThat(prompts.apply("[[1],[2,3]]")).isEqualTo(Json.event("[[1],[2,3]]"));
    assertThatThrownBy(() -> prompts.apply("[]")).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> prompts.apply("[\"\"]")).hasMessageContaining("not be empty");
    assertThatThrownBy(() -> prompts.apply("[1,-2]")).hasMessageContaining("token ids");
    assertThatThrownBy(() -> prompts.apply("[1,\"a\"]")).hasMessageContaining("token ids");
  }

  @Test
  void aResponseWithItems() {
    Job job =
        ResponsesRequest.read(
            members(
                """
                {"model":"m","instructions":"Be brief.","input":[
                  {"role":"user","content":"hi"},
                  {"type":"reasoning","id":"rs_1","summary":[]},
                  {"type":"message","id":"msg_1","status":"completed","role":"assistant",
                   "content":[{"type":"output_text","text":"I look.","annotations":[]}]},
                  {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
                  {"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"sunny"}]}],
                 "tools":[{"type":"function","name":"f","parameters":null,"strict":true}],
                 "tool_choice":"auto","text":{"format":{"type":"json_schema","name":"n","strict":true,
                   "schema":{"type":"array"}},"verbosity":"low"},
                 "include":["message.output_text.logprobs"],"max_output_tokens":9,"store":false,
                 "reasoning":{"effort":"low"},"parallel_tool_calls":false}
                """),
            MODEL,
            7);
    assertThat(input(job))
        .isEqualTo(
            expected(
                """
                {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"},
                  {"role":"assistant","content":"I look.","calls":[{"name":"f","arguments":"{}"}]},
                  {"role":"tool","name":"f","content":"sunny"}],
                 "max_tokens":9,
                 "tools":["{\\"name\\":\\"f\\",\\"description\\":\\"\\",\\"parameters\\":{\\"type\\":\\"object\\",\\"properties\\":{}}}"],
                 "tool_choice":"auto","parallel_calls":false,"schema":"{\\"type\\":\\"array\\"}",
                 "top_logprobs":0}
                """));
  }

  @Test
  void aResponseIsKeptUnlessItIsNotToBe() {
    JsonNode kept =
        input(
            ResponsesRequest.read(
                members("{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"resp_0a\"}"),
                MODEL,
                7));
    assertThat(kept.path("open").stringValue()).isEqualTo("responses/resp_0a");
    assertThat(kept.path("save_as").stringValue()).matches("responses/resp_[0-9a-f]{32}");
    assertThat(kept.path("keep_seconds").longValue()).isEqualTo(2_592_000);
    assertThat(kept.has("must_save")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"messages":"x"} ~ messages ~ expected an array, but got a string
          {"messages":[{"role":"king","content":"x"}]} ~ messages[0].role ~ 'king'
          {"messages":[{"role":"user"}]} ~ messages[0].content ~ Missing required parameter
          {"messages":[{"role":"user","content":"x","z":1}]} ~ messages[0].z ~ Unrecognized
          {"messages":[{"role":"tool","tool_call_id":"c","content":"x"}]} ~ messages[0].tool_call_id ~ no call 'c'
          {"messages":[{"role":"assistant","content":"","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"1"}}]}]} ~ messages[0].tool_calls[0].function.arguments ~ JSON object
          {"messages":[{"role":"user","content":"x"}],"stop":["a","b","c","d","e"]} ~ stop ~ maximum length 4
          {"messages":[{"role":"user","content":"x"}],"stop":""} ~ stop ~ 1 to 1000 characters
          {"messages":[{"role":"user","content":"x"}],"n":129} ~ n ~ <= 128, but got 129
          {"messages":[{"role":"user","content":"x"}],"n":0} ~ n ~ >= 1, but got 0
          {"messages":[{"role":"user","content":"x"}],"seed":99999999999999999999} ~ seed ~ above maximum
          {"messages":[{"role":"user","content":"x"}],"logit_bias":{"a":1}} ~ logit_bias ~ Invalid key
          {"messages":[{"role":"user","content":"x"}],"logit_bias":{"1":101}} ~ logit_bias.1 ~ <= 100
          {"messages":[{"role":"user","content":"x"}],"top_logprobs":1} ~ top_logprobs ~ only allowed when 'logprobs'
          {"messages":[{"role":"user","content":"x"}],"stream_options":{}} ~ stream_options ~ only allowed when 'stream'
          {"messages":[{"role":"user","content":"x"}],"tool_choice":"required"} ~ tool_choice ~ only allowed when 'tools'
          {"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"function","function":{"name":"g"}}} ~ tool_choice ~ not found in 'tools'
          {"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"a b"}}]} ~ tools[0].function.name ~ pattern
          {"messages":[{"role":"user","content":"x"}],"functions":[]} ~ functions ~ use 'tools'
          {"messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}} ~ response_format.type ~ 'xml'
          {"messages":[{"role":"user","content":"x"}],"bourse":{"bidd":1}} ~ bourse.bidd ~ Unrecognized
          {"messages":[{"role":"user","content":"x"}],"bourse":{"budget_tokens":0}} ~ bourse.budget_tokens ~ >= 1
          """)
  void whatIsWrongIsNamed(String json, String parameter, String words) {
    ApiException error = catchError(json);
    assertThat(error.status()).isEqualTo(400);
    assertThat(error.body().path("error").path("param").stringValue()).isEqualTo(parameter);
    assertThat(error.getMessage()).contains(words);
  }

  private static ApiException catchError(String json) {
    try {
      Job job = chat(json);
      throw new AssertionError("was taken: " + job);
    } catch (ApiException e) {
      return e;
    }
  }
}
