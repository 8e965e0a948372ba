package dev.bourse.server.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bourse.server.access.Caller;
import dev.bourse.server.node.NodeProcess;
import dev.bourse.server.openai.TestApi.Answer;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The endpoint as clients see it, on the embedded model. */
@Timeout(120)
class OpenAiApiTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String QUESTION =
      "\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]";
  private static final String WEATHER =
      """
      {"type":"function","function":{"name":"get_weather","description":"Get the weather",\
      "parameters":{"type":"object","properties":{"city":{"type":"string","maxLength":20}},\
      "required":["city"],"additionalProperties":false}}}""";

  @TempDir private static Path folder;
  private static TestApi api;

  @BeforeAll
  static void start() throws Exception {
    api = new TestApi(folder);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @AfterEach
  void nothingRunsAndEveryPageIsFree() throws Exception {
    for (NodeProcess process : api.node().node().processes(Caller.LOCAL, false, false)) {
      var _ = process.ended().get(20, TimeUnit.SECONDS);
    }
    api.node().engine().check();
  }

  private static String body(String... members) {
    return "{\"model\":\"" + TestApi.MODEL + "\"," + String.join(",", members) + "}";
  }

  private static String text(List<JsonNode> chunks, int choice) {
    StringBuilder text = new StringBuilder();
    for (JsonNode chunk : chunks) {
      for (JsonNode each : chunk.path("choices")) {
        if (each.path("index").intValue() == choice) {
          text.append(each.path("delta").path("content").asString(""));
        }
      }
    }
    return text.toString();
  }

  @Test
  void answersAChat() throws Exception {
    Answer answer = api.post(CHAT, body(QUESTION, "\"temperature\":0"));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    JsonNode choice = answer.json().path("choices").path(0);
    assertThat(choice.path("message").path("content").stringValue())
        .isEqualTo("The capital of France is Paris.");
    assertThat(choice.path("finish_reason").stringValue()).isEqualTo("stop");
    JsonNode usage = answer.json().path("usage");
    assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(15);
    assertThat(usage.path("completion_tokens").intValue()).isEqualTo(9);
    assertThat(usage.path("total_tokens").intValue()).isEqualTo(24);
    assertThat(answer.json().path("bourse").path("receipt").path("computed").intValue())
        .isPositive();
  }

  @Test
  void aStreamIsTheSameAnswerInPieces() throws Exception {
    List<JsonNode> chunks =
        api.stream(
            CHAT,
            body(
                QUESTION,
                "\"temperature\":0",
                "\"stream\":true",
                "\"stream_options\":{\"include_usage\":true}"));
    assertThat(text(chunks, 0)).isEqualTo("The capital of France is Paris.");
    assertThat(chunks.getFirst().path("choices").path(0).path("delta").path("role").stringValue())
        .isEqualTo("assistant");
    assertThat(chunks.size()).isGreaterThan(8);
    JsonNode last = chunks.getLast();
    assertThat(last.path("choices").isEmpty()).isTrue();
    assertThat(last.path("usage").path("completion_tokens").intValue()).isEqualTo(9);
    assertThat(last.path("bourse").has("receipt")).isTrue();
    assertThat(
            chunks
                .get(chunks.size() - 2)
                .path("choices")
                .path(0)
                .path("finish_reason")
                .stringValue())
        .isEqualTo("stop");
  }

  @Test
  void whatWasComputedBeforeIsToldAsCached() throws Exception {
    String once =
        body(
            "\"messages\":[{\"role\":\"user\",\"content\":\"How many days has a week,"
                + " and how many months has a year? Tell me in one sentence, please.\"}]",
            "\"max_tokens\":1");
    var _ = api.post(CHAT, once);
    JsonNode usage = api.post(CHAT, once).json().path("usage");
    assertThat(usage.path("prompt_tokens_details").path("cached_tokens").intValue())
        .isGreaterThan(15)
        .isLessThan(usage.path("prompt_tokens").intValue());
    assertThat(usage.path("completion_tokens").intValue()).isEqualTo(1);
  }

  @Test
  void theSameSeedGivesTheSameChoicesAndTheChoicesDiffer() throws Exception {
    String request =
        body(QUESTION, "\"temperature\":1.9", "\"seed\":7", "\"n\":4", "\"max_tokens\":12");
    JsonNode first = api.post(CHAT, request).json().path("choices");
    JsonNode second = api.post(CHAT, request).json().path("choices");
    assertThat(first.size()).isEqualTo(4);
    assertThat(second).isEqualTo(first);
    List<String> texts = new ArrayList<>();
    first.forEach(choice -> texts.add(choice.path("message").path("content").stringValue()));
    assertThat(texts.stream().distinct().count()).isGreaterThan(1);
  }

  @Test
  void choicesGoOnTogetherATokenOfEachAtATime() throws Exception {
    List<JsonNode> chunks =
        api.stream(
            CHAT,
            body(QUESTION, "\"temperature\":0", "\"n\":3", "\"max_tokens\":4", "\"stream\":true"));
    List<Integer> order = new ArrayList<>();
    for (JsonNode chunk : chunks) {
      JsonNode choice = chunk.path("choices").path(0);
      if (!choice.path("delta").path("content").asString("").isEmpty()) {
        order.add(choice.path("index").intValue());
      }
    }
    assertThat(order).startsWith(0, 1, 2, 0, 1, 2, 0, 1, 2);
    assertThat(text(chunks, 2)).isEqualTo(text(chunks, 0)).startsWith("The capital");
  }

  @Test
  void aConnectionIsUsedAgainAndAgain() throws Exception {
    for (int i = 0; i < 300; i++) {
      assertThat(api.post(CHAT, "{\"model\":\"" + i + "\"}").status()).isEqualTo(404);
      assertThat(api.get("/v1/models").status()).isEqualTo(200);
    }
  }

  @Test
  void aStopWordEndsTheTextAndIsNeverSent() throws Exception {
    List<JsonNode> chunks =
        api.stream(
            CHAT,
            body(
                QUESTION, "\"temperature\":0", "\"stream\":true", "\"stop\":[\"xx\",\" is Par\"]"));
    assertThat(text(chunks, 0)).isEqualTo("The capital of France");
    assertThat(chunks.getLast().path("choices").path(0).path("finish_reason").stringValue())
        .isEqualTo("stop");
  }

  @Test
  void aBiasForbidsAndDemandsTokens() throws Exception {
    int[] paris = tokens(" Paris");
    Answer without =
        api.post(
            CHAT,
            body(QUESTION, "\"temperature\":0", "\"logit_bias\":{\"" + paris[0] + "\":-100}"));
    assertThat(without.json().path("choices").path(0).path("message").path("content").stringValue())
        .doesNotContain(" Paris");
    Answer only =
        api.post(
            CHAT,
            body(
                QUESTION,
                "\"max_tokens\":3",
                "\"logit_bias\":{\"" + paris[0] + "\":100}",
                "\"temperature\":0"));
    assertThat(only.json().path("choices").path(0).path("message").path("content").stringValue())
        .startsWith(api.node().node().models().getFirst().decode(new int[] {paris[0]}));
    assertThat(only.json().path("choices").path(0).path("finish_reason").stringValue())
        .isEqualTo("length");
  }

  private static int[] tokens(String text) {
    return api.node().node().models().getFirst().tokenizer().encode(text, false, false);
  }

  @Test
  void penaltiesKeepItFromRepeating() throws Exception {
    String prompt = "\"prompt\":\"one two one two one two one two one two\"";
    String plain = completion(body(prompt, "\"temperature\":0", "\"max_tokens\":24"));
    String penalised =
        completion(
            body(
                prompt,
                "\"temperature\":0",
                "\"max_tokens\":24",
                "\"frequency_penalty\":2",
                "\"presence_penalty\":2"));
    assertThat(penalised).isNotEqualTo(plain);
    assertThat(distinct(penalised)).isGreaterThan(distinct(plain));
  }

  private static long distinct(String text) {
    return Arrays.stream(tokens(text)).distinct().count();
  }

  private static String completion(String request) throws Exception {
    Answer answer = api.post("/v1/completions", request);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    return answer.json().path("choices").path(0).path("text").stringValue();
  }

  @Test
  void logprobsAreTheModelsOwn() throws Exception {
    String request = body(QUESTION, "\"temperature\":0", "\"logprobs\":true", "\"top_logprobs\":3");
    JsonNode tokens =
        api.post(CHAT, request).json().path("choices").path(0).path("logprobs").path("content");
    StringBuilder text = new StringBuilder();
    for (JsonNode token : tokens) {
      text.append(token.path("token").stringValue());
      assertThat(token.path("top_logprobs").size()).isEqualTo(3);
      assertThat(token.path("logprob").doubleValue())
          .isLessThanOrEqualTo(0)
          .isCloseTo(
              token.path("top_logprobs").path(0).path("logprob").doubleValue(), within(1e-6));
      assertThat(token.path("bytes").size()).isPositive();
    }
    assertThat(text).hasToString("The capital of France is Paris.");
    List<JsonNode> chunks =
        api.stream(
            CHAT,
            body(
                QUESTION,
                "\"temperature\":0",
                "\"logprobs\":true",
                "\"top_logprobs\":3",
                "\"stream\":true"));
    List<JsonNode> streamed = new ArrayList<>();
    chunks.forEach(
        chunk ->
            chunk.path("choices").path(0).path("logprobs").path("content").forEach(streamed::add));
    List<JsonNode> whole = new ArrayList<>();
    tokens.forEach(whole::add);
    assertThat(streamed).isEqualTo(whole);
  }

  @Test
  void answersInTheFormOfASchema() throws Exception {
    String schema =
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"place\","
            + "\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{"
            + "\"city\":{\"type\":\"string\",\"maxLength\":20},"
            + "\"country\":{\"enum\":[\"France\",\"Japan\"]}},"
            + "\"required\":[\"city\",\"country\"],\"additionalProperties\":false}}}";
    JsonNode answer = api.post(CHAT, body(QUESTION, "\"temperature\":0", schema)).json();
    JsonNode place =
        Json.event(answer.path("choices").path(0).path("message").path("content").stringValue());
    assertThat(place.path("city").isString()).isTrue();
    assertThat(place.path("country").stringValue()).isIn("France", "Japan");
    JsonNode object =
        api.post(
                CHAT,
                body(
                    QUESTION,
                    "\"max_tokens\":20",
                    "\"response_format\":{\"type\":\"json_object\"}"))
            .json();
    assertThat(
            Json.event(object.path("choices").path(0).path("message").path("content").stringValue())
                .isObject())
        .isTrue();
  }

  @Test
  void callsToolsAndReadsWhatTheyGave() throws Exception {
    String ask = "{\"role\":\"user\",\"content\":\"What is the weather in Paris?\"}";
    JsonNode choice =
        api.post(
                CHAT,
                body(
                    "\"messages\":[" + ask + "]",
                    "\"temperature\":0",
                    "\"tools\":[" + WEATHER + "]",
                    "\"tool_choice\":\"required\""))
            .json()
            .path("choices")
            .path(0);
    assertThat(choice.path("finish_reason").stringValue()).isEqualTo("tool_calls");
    assertThat(choice.path("message").path("content").isNull()).isTrue();
    JsonNode call = choice.path("message").path("tool_calls").path(0);
    assertThat(call.path("function").path("name").stringValue()).isEqualTo("get_weather");
    assertThat(Json.event(call.path("function").path("arguments").stringValue()).has("city"))
        .isTrue();
    String result =
        "{\"role\":\"tool\",\"tool_call_id\":"
            + call.path("id")
            + ",\"content\":\"{\\\"weather\\\": \\\"sunny\\\"}\"}";
    String said =
        api.post(
                CHAT,
                body(
                    "\"messages\":[" + ask + "," + choice.path("message") + "," + result + "]",
                    "\"temperature\":0",
                    "\"tools\":[" + WEATHER + "]"))
            .json()
            .path("choices")
            .path(0)
            .path("message")
            .path("content")
            .asString("");
    assertThat(said).isNotEmpty().doesNotContain("<tool_call>");
  }

  @Test
  void aStreamedCallComesInTwoPieces() throws Exception {
    List<JsonNode> chunks =
        api.stream(
            CHAT,
            body(
                "\"messages\":[{\"role\":\"user\",\"content\":\"What is the weather in Rome?\"}]",
                "\"temperature\":0",
                "\"stream\":true",
                "\"tools\":[" + WEATHER + "]",
                "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}"));
    StringBuilder arguments = new StringBuilder();
    String id = "";
    for (JsonNode chunk : chunks) {
      JsonNode call = chunk.path("choices").path(0).path("delta").path("tool_calls").path(0);
      id = call.path("id").asString(id);
      arguments.append(call.path("function").path("arguments").asString(""));
    }
    assertThat(id).startsWith("call_").endsWith("_get_weather");
    assertThat(Json.event(arguments.toString()).path("city").isString()).isTrue();
    assertThat(text(chunks, 0)).isEmpty();
  }

  @Test
  void completesTextsAndTokens() throws Exception {
    String text =
        completion(
            body(
                "\"prompt\":\"The capital of France is\"",
                "\"temperature\":0",
                "\"max_tokens\":4"));
    assertThat(text).contains("Paris");
    String tokens = Arrays.toString(tokens("The capital of France is"));
    Answer several =
        api.post(
            "/v1/completions",
            body(
                "\"prompt\":[" + tokens + ",\"The capital of France is\"]",
                "\"temperature\":0",
                "\"max_tokens\":4",
                "\"n\":2",
                "\"logprobs\":2",
                "\"user\":\"me\""));
    JsonNode choices = several.json().path("choices");
    assertThat(choices.size()).isEqualTo(4);
    for (JsonNode choice : choices) {
      assertThat(choice.path("text").stringValue()).isEqualTo(text);
      assertThat(choice.path("logprobs").path("tokens").size()).isEqualTo(4);
      assertThat(choice.path("logprobs").path("top_logprobs").path(0).size()).isEqualTo(2);
      assertThat(choice.path("finish_reason").stringValue()).isEqualTo("length");
    }
    assertThat(completion(body("\"prompt\":\"The capital\"", "\"echo\":true", "\"max_tokens\":2")))
        .startsWith("The capital");
  }

  @Test
  void aResponseGoesOnWhereTheLastOneWas() throws Exception {
    Answer first =
        api.post(
            "/v1/responses",
            body("\"input\":\"What is the capital of France?\"", "\"temperature\":0"));
    assertThat(first.status()).as(first.json().toString()).isEqualTo(200);
    assertThat(first.json().path("status").stringValue()).isEqualTo("completed");
    assertThat(first.json().path("store").booleanValue()).isTrue();
    JsonNode said = first.json().path("output").path(0);
    assertThat(said.path("content").path(0).path("text").stringValue())
        .isEqualTo("The capital of France is Paris.");
    Answer second =
        api.post(
            "/v1/responses",
            body(
                "\"input\":\"What is the capital of Japan?\"",
                "\"temperature\":0",
                "\"previous_response_id\":" + first.json().path("id")));
    assertThat(
            second.json().path("output").path(0).path("content").path(0).path("text").stringValue())
        .contains("Tokyo");
    JsonNode usage = second.json().path("usage");
    assertThat(usage.path("input_tokens").intValue()).isGreaterThan(40);
    assertThat(usage.path("input_tokens_details").path("cached_tokens").intValue())
        .isGreaterThanOrEqualTo(25);
    assertThat(second.json().path("bourse").path("receipt").path("computed").intValue())
        .as("only what is new is computed")
        .isLessThan(usage.path("input_tokens").intValue());
    Answer unknown =
        api.post("/v1/responses", body("\"input\":\"x\"", "\"previous_response_id\":\"resp_00\""));
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.error().path("code").stringValue()).isEqualTo("previous_response_not_found");
  }

  @Test
  void aStreamedResponseTellsOfItsItems() throws Exception {
    List<JsonNode> events =
        api.stream(
            "/v1/responses",
            body(
                "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
                    + "\"text\":\"What is the capital of France?\"}]}]",
                "\"temperature\":0",
                "\"stream\":true",
                "\"store\":false"));
    List<String> types = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events) {
      assertThat(event.path("sequence_number").intValue()).isEqualTo(types.size());
      types.add(event.path("type").stringValue());
      text.append(
          event.path("type").stringValue().equals("response.output_text.delta")
              ? event.path("delta").stringValue()
              : "");
    }
    assertThat(types)
        .startsWith(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta")
        .endsWith(
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed");
    assertThat(text).hasToString("The capital of France is Paris.");
    JsonNode response = events.getLast().path("response");
    assertThat(response.path("output").path(0).path("content").path(0).path("text").stringValue())
        .isEqualTo(text.toString());
    assertThat(response.path("store").booleanValue()).isFalse();
  }

  @Test
  void aResponseCallsFunctionsAndGoesOnWithWhatTheyGave() throws Exception {
    String tools =
        "\"tools\":[{\"type\":\"function\",\"name\":\"get_weather\",\"strict\":true,"
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\","
            + "\"maxLength\":20}},\"required\":[\"city\"],\"additionalProperties\":false}}]";
    JsonNode called =
        api.post(
                "/v1/responses",
                body(
                    "\"input\":\"What is the weather in Paris?\"",
                    tools,
                    "\"tool_choice\":\"required\"",
                    "\"temperature\":0"))
            .json();
    JsonNode call = called.path("output").path(0);
    assertThat(call.path("type").stringValue()).isEqualTo("function_call");
    assertThat(call.path("name").stringValue()).isEqualTo("get_weather");
    Answer told =
        api.post(
            "/v1/responses",
            body(
                "\"previous_response_id\":" + called.path("id"),
                tools,
                "\"input\":[{\"type\":\"function_call_output\",\"call_id\":"
                    + call.path("call_id")
                    + ",\"output\":\"sunny\"}]",
                "\"temperature\":0"));
    assertThat(told.status()).as(told.json().toString()).isEqualTo(200);
    assertThat(told.json().path("output").size()).isPositive();
  }

  @Test
  void embedsTextsAndTokens() throws Exception {
    Answer answer =
        api.post("/v1/embeddings", body("\"input\":[\"Paris is nice.\",\"Rome\",\"Rome\"]"));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(200);
    JsonNode data = answer.json().path("data");
    assertThat(data.size()).isEqualTo(3);
    JsonNode vector = data.path(1).path("embedding");
    assertThat(vector.size()).isEqualTo(256);
    double squares = 0;
    for (JsonNode value : vector) {
      squares += value.doubleValue() * value.doubleValue();
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
    assertThat(data.path(2).path("embedding")).isEqualTo(vector);
    assertThat(data.path(0).path("embedding")).isNotEqualTo(vector);
    assertThat(answer.json().path("usage").path("prompt_tokens").intValue()).isPositive();
    String tokens = Arrays.toString(tokens("Rome"));
    JsonNode base64 =
        api.post("/v1/embeddings", body("\"input\":" + tokens, "\"encoding_format\":\"base64\""))
            .json();
    byte[] bytes =
        Base64.getDecoder().decode(base64.path("data").path(0).path("embedding").stringValue());
    assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(4 * 9))
        .isEqualTo(vector.path(9).floatValue());
    JsonNode cut =
        api.post("/v1/embeddings", body("\"input\":\"Rome\"", "\"dimensions\":2")).json();
    assertThat(cut.path("data").path(0).path("embedding").size()).isEqualTo(2);
    assertThat(
            Math.hypot(
                cut.path("data").path(0).path("embedding").path(0).doubleValue(),
                cut.path("data").path(0).path("embedding").path(1).doubleValue()))
        .isCloseTo(1, within(1e-5));
    assertThat(
            api.post("/v1/embeddings", body("\"input\":\"Rome\"", "\"dimensions\":999")).status())
        .isEqualTo(400);
  }

  @Test
  void listsItsModels() throws Exception {
    JsonNode models = api.get("/v1/models").json();
    assertThat(models.path("object").stringValue()).isEqualTo("list");
    assertThat(models.path("data").path(0).path("id").stringValue()).isEqualTo(TestApi.MODEL);
    assertThat(api.get("/v1/models/Pocket%20Chat%205M").json().path("object").stringValue())
        .isEqualTo("model");
    Answer none = api.get("/v1/models/none");
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.error().path("code").stringValue()).isEqualTo("model_not_found");
  }

  @Test
  void whatIsWrongIsSaidInOpenAisShape() throws Exception {
    assertError("{", 400, null, "We could not parse the JSON");
    assertError("{\"model\":\"x\"," + QUESTION + "}", 404, "model_not_found", "'x'");
    assertError("{" + QUESTION + "}", 400, "missing_required_parameter", "'model'");
    assertError(body("\"messages\":[]"), 400, "empty_array", "messages");
    assertError(body(QUESTION, "\"temprature\":1"), 400, "unknown_parameter", "temprature");
    assertError(
        body(QUESTION, "\"temperature\":3"), 400, "decimal_above_max_value", "<= 2, but got 3");
    assertError(body(QUESTION, "\"n\":\"two\""), 400, "invalid_type", "an integer");
    assertError(
        body(
            "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"http://x/y.png\"}}]}]"),
        400,
        "unsupported_value",
        "'image_url' is not supported");
    assertError(
        body(QUESTION, "\"tools\":[{\"type\":\"web_search\"}]"),
        400,
        "unsupported_value",
        "web_search");
    assertError(
        body("\"messages\":[{\"role\":\"user\",\"content\":\"" + "word ".repeat(1500) + "\"}]"),
        400,
        "context_length_exceeded",
        "maximum context length is 1024");
    assertError(
        body(
            QUESTION,
            "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\","
                + "\"schema\":{\"not\":{}}}}"),
        400,
        "invalid_value",
        "not");
    assertError(
        body(QUESTION, "\"bourse\":{\"snapshot\":\"nobody\"}"),
        404,
        "snapshot_not_found",
        "nobody");
    assertError(
        body(QUESTION, "\"bourse\":{\"budget_tokens\":3}"), 429, "insufficient_quota", "allows 3");
    Answer nowhere = api.get("/v1/nothing");
    assertThat(nowhere.status()).isEqualTo(404);
    assertThat(nowhere.error().path("code").stringValue()).isEqualTo("unknown_url");
    assertThat(api.get(CHAT).status()).isEqualTo(405);
  }

  private static void assertError(String body, int status, @Nullable String code, String words)
      throws Exception {
    Answer answer = api.post(CHAT, body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(status);
    JsonNode error = answer.error();
    assertThat(error.path("message").stringValue()).contains(words);
    assertThat(error.path("type").isString()).isTrue();
    assertThat(error.has("param")).isTrue();
    assertThat(error.path("code").isNull() ? null : error.path("code").stringValue())
        .isEqualTo(code);
  }

  @Test
  void aConversationIsKeptUnderANameAndGoneOnWith() throws Exception {
    var _ =
        api.post(CHAT, body(QUESTION, "\"temperature\":0", "\"bourse\":{\"save_as\":\"trip\"}"));
    JsonNode next =
        api.post(
                CHAT,
                body(
                    "\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of"
                        + " Japan?\"}]",
                    "\"temperature\":0",
                    "\"bourse\":{\"snapshot\":\"trip\",\"bid\":{\"per_token\":0.5}}"))
            .json();
    assertThat(next.path("choices").path(0).path("message").path("content").stringValue())
        .contains("Tokyo");
    assertThat(next.path("usage").path("prompt_tokens_details").path("cached_tokens").intValue())
        .isGreaterThanOrEqualTo(25);
  }

  @Test
  void whenTheClientGoesTheComputationStopsWithinAStep() throws Exception {
    String endless =
        body(
            "\"prompt\":\"one two one two one two\"",
            "\"temperature\":0",
            "\"max_tokens\":900",
            "\"stream\":true",
            "\"logit_bias\":{" + stopTokensForbidden() + "}");
    HttpResponse<InputStream> response =
        api.client()
            .send(
                api.request("/v1/completions", endless), HttpResponse.BodyHandlers.ofInputStream());
    InputStream stream = response.body();
    assertThat(stream.readNBytes(200)).hasSize(200);
    NodeProcess process =
        api.node().node().processes(Caller.LOCAL, false, false).stream().findFirst().orElseThrow();
    stream.close();
    var _ = process.ended().get(20, TimeUnit.SECONDS);
    long generated = process.usage().values().iterator().next().decodedTokens();
    assertThat(generated).as("tokens computed of 900").isLessThan(880);
    long steps = api.node().engine().statistics().steps();
    Thread.sleep(100);
    assertThat(api.node().engine().statistics().steps() - steps)
        .as("steps after its end")
        .isLessThanOrEqualTo(1);
  }

  private static String stopTokensForbidden() {
    List<String> entries = new ArrayList<>();
    for (int token : api.node().node().models().getFirst().chat().stopTokens()) {
      entries.add("\"" + token + "\":-100");
    }
    return String.join(",", entries);
  }
}
