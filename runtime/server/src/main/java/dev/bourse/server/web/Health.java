package dev.bourse.server.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether the server lives, and whether it takes work: {@code /healthz} and {@code /readyz}, for
 * whoever starts servers and sends them requests. Nobody is asked for a key. Thread safe.
 */
public final class Health {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String TYPE = "application/json";

  /** Whoever answers at all lives. */
  public static final String LIVE_PATH = "/healthz";

  public static final String READY_PATH = "/readyz";

  private final List<Supplier<Optional<String>>> checks = new ArrayList<>();
  private volatile Optional<String> state = Optional.of("starting");

  /** Why no work is taken: it starts, or stops. */
  public void is(String why) {
    state = Optional.of(why);
  }

  /** It takes work, unless a check says otherwise. */
  public void isServing() {
    state = Optional.empty();
  }

  /** Adds somebody who may know why no work is taken; before it is serving. */
  public Health check(Supplier<Optional<String>> check) {
    checks.add(check);
    return this;
  }

  /** Why no work is taken; nothing if it is. */
  public List<String> reasons() {
    Optional<String> why = state;
    if (why.isPresent()) {
      return List.of(why.get());
    }
    return checks.stream().flatMap(check -> check.get().stream()).toList();
  }

  /** Answers who asks whether it lives. */
  public Endpoint live() {
    return exchange ->
        exchange.answer(
            200, TYPE, JSON.writeValueAsString(JSON.createObjectNode().put("live", true)));
  }

  /** Answers who asks whether it takes work: 200, or 503 with the reasons. */
  public Endpoint ready() {
    return exchange -> {
      List<String> reasons = reasons();
      ObjectNode answer = JSON.createObjectNode().put("ready", reasons.isEmpty());
      var all = answer.putArray("reasons");
      reasons.forEach(all::add);
      exchange.answer(reasons.isEmpty() ? 200 : 503, TYPE, JSON.writeValueAsString(answer));
    };
  }
}
