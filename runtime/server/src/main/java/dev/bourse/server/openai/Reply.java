package dev.bourse.server.openai;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns the events of an inferlet into what a client of OpenAI's expects. Used by one thread. */
interface Reply {

  /**
   * Takes the next event.
   *
   * @param chunks take what a client that streams is sent for it
   */
  void accept(JsonNode event, Consumer<ObjectNode> chunks);

  /** What the client gets for the event {@code refused}. */
  default ApiException refusal(JsonNode event) {
    return Refusals.of(event);
  }

  /** The whole answer, when all events were taken. */
  ObjectNode result();

  /** Whether chunks go out under the name that their member {@code type} says. */
  default boolean namesEvents() {
    return false;
  }

  /** What a stream ends with. */
  default String last() {
    return "data: [DONE]\n\n";
  }
}
