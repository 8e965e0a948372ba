package dev.bourse.server;

import dev.bourse.host.json.JsonProblem;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The protocol of the checking commands: one JSON value a line in, one a line out, each answered
 * before the next is read, so that another program can hold a conversation. A line that cannot be
 * answered is answered by <code>{"error": "why"}</code>.
 */
public final class JsonLines {
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Answers one request. */
  interface Handler {
    /**
     * Makes the answer.
     *
     * @throws IllegalArgumentException if the request cannot be answered, saying why
     */
    JsonNode answer(JsonRequest request);
  }

  private JsonLines() {}

  /** Answers every line of standard input. */
  static int serve(Streams streams, Handler handler) {
    for (String line = readLine(streams); line != null; line = readLine(streams)) {
      streams.println(JSON.writeValueAsString(answer(line, handler)));
    }
    return ExitCode.OK;
  }

  private static @Nullable String readLine(Streams streams) {
    try {
      return streams.in().readLine();
    } catch (IOException e) {
      throw CommandException.badFile("standard input cannot be read: " + e.getMessage(), e);
    }
  }

  private static JsonNode answer(String line, Handler handler) {
    try {
      return handler.answer(JsonRequest.parse(line));
    } catch (JacksonException e) {
      return error("the line is not a JSON value: " + JsonProblem.words(e));
    } catch (IllegalArgumentException e) {
      return error(String.valueOf(e.getMessage()));
    }
  }

  static JsonNode error(String message) {
    return JsonNodeFactory.instance.objectNode().put("error", message);
  }
}
