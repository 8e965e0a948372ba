package dev.bourse.server.chat;

import dev.bourse.server.CommandException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation as it goes on: under what name it is kept, with whom, and how. Until it is given a
 * name it is kept under one that nobody chose, for a day, and deleted when it is left. Used by one
 * thread, but for {@link #interrupt}.
 */
final class Talk implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final RandomGenerator RANDOM = new SecureRandom();
  private static final Pattern UNNAMED = Pattern.compile("chat-[0-9a-f]{12}");
  private static final int UNNAMED_HOURS = 24;

  private final Conversations conversations;
  private String name = unnamed();
  private boolean begun;
  private String model;
  private Optional<String> system = Optional.empty();
  private OptionalDouble temperature = OptionalDouble.empty();
  private OptionalInt maxTokens = OptionalInt.empty();
  private OptionalLong seed = OptionalLong.empty();

  private volatile Conversations.@Nullable Answer answer;
  private final AtomicInteger interrupts = new AtomicInteger();

  /** Hears what is answered. */
  interface Listener {
    /** A piece of the answer. */
    void piece(String text);
  }

  Talk(Conversations conversations, String model) {
    this.conversations = conversations;
    this.model = model;
  }

  private static String unnamed() {
    return "chat-%012x".formatted(RANDOM.nextLong(1L << 48));
  }

  /** Whether nobody chose this name. */
  static boolean isUnnamed(String name) {
    return UNNAMED.matcher(name).matches();
  }

  /** What it is called, if it was given a name. */
  Optional<String> name() {
    return isUnnamed(name) ? Optional.empty() : Optional.of(name);
  }

  String model() {
    return model;
  }

  /** Whether anything was said in it. */
  boolean hasBegun() {
    return begun;
  }

  void temperature(double value) {
    if (!(value >= 0) || value > 100) {
      throw CommandException.usage("a temperature is a number from 0 to 100");
    }
    temperature = OptionalDouble.of(value);
  }

  void maxTokens(int value) {
    if (value < 1) {
      throw CommandException.usage("an answer has at least 1 token");
    }
    maxTokens = OptionalInt.of(value);
  }

  void seed(long value) {
    seed = OptionalLong.of(value);
  }

  /** Leaves this conversation and begins another. */
  void begin() {
    forgetUnnamed();
    name = unnamed();
    begun = false;
  }

  /** Leaves this conversation and begins another, with instructions. */
  void system(String instructions) {
    begin();
    system = Optional.of(instructions);
  }

  /** Leaves this conversation and begins another, with another model. */
  void model(String other) {
    if (!conversations.models().contains(other)) {
      throw CommandException.usage(
          "there is no model \"%s\"; there are: %s"
              .formatted(other, String.join(", ", conversations.models())));
    }
    begin();
    model = other;
  }

  /**
   * Goes on with a conversation that is kept.
   *
   * @return what is known of it
   */
  Conversations.Kept open(String wanted) {
    Conversations.Kept kept =
        find(wanted)
            .orElseThrow(
                () ->
                    CommandException.usage(
                        "there is no session \"%s\"; /sessions lists them".formatted(wanted)));
    if (!conversations.models().contains(kept.model())) {
      throw CommandException.usage(
          "the session \"%s\" is one with %s, which is not loaded".formatted(wanted, kept.model()));
    }
    begin();
    name = wanted;
    model = kept.model();
    begun = true;
    return kept;
  }

  private Optional<Conversations.Kept> find(String wanted) {
    return conversations.kept().stream().filter(kept -> kept.name().equals(wanted)).findFirst();
  }

  /** Goes on with the conversation of that name, or begins it. */
  Optional<Conversations.Kept> openOrBegin(String wanted) {
    if (find(wanted).isPresent()) {
      return Optional.of(open(wanted));
    }
    begin();
    name = wanted;
    return Optional.empty();
  }

  /** Gives it a name, or, if it has one, goes on with a copy under another. */
  void save(String wanted) {
    if (wanted.equals(name)) {
      return;
    }
    if (find(wanted).isPresent()) {
      throw CommandException.usage(
          "there is a session \"%s\" already; /remove it first, or choose another name"
              .formatted(wanted));
    }
    if (begun) {
      ObjectNode input = JSON.createObjectNode();
      input.put("name", wanted).put("from", name).put("model", model);
      ask(input, text -> {});
      forgetUnnamed();
    }
    name = wanted;
  }

  /** Forgets a session. */
  void remove(String wanted) {
    if (wanted.equals(name)) {
      throw CommandException.usage(
          "this is the session \"%s\"; /new leaves it, then it can be removed".formatted(wanted));
    }
    conversations.delete(wanted);
  }

  /**
   * Says something and hears the answer.
   *
   * @return whether it was answered to the end, or stopped and kept; else the conversation is as it
   *     was
   */
  boolean say(String text, Listener listener) {
    ObjectNode input = JSON.createObjectNode();
    input.put("name", name).put("prompt", text).put("model", model);
    if (isUnnamed(name)) {
      input.put("hours", UNNAMED_HOURS);
    }
    if (!begun) {
      system.ifPresent(words -> input.put("system", words));
    }
    temperature.ifPresent(value -> input.put("temperature", value));
    maxTokens.ifPresent(value -> input.put("max_tokens", value));
    seed.ifPresent(value -> input.put("seed", value));
    boolean kept = ask(input, listener);
    begun |= kept;
    return kept;
  }

  private boolean ask(ObjectNode input, Listener listener) {
    try (Conversations.Answer asked = conversations.ask(input.toString())) {
      interrupts.set(0);
      answer = asked;
      for (String piece = asked.next(); piece != null; piece = asked.next()) {
        listener.piece(piece);
      }
      answer = null;
      Optional<String> problem = asked.problem();
      if (problem.isPresent() && interrupts.get() > 1) {
        return false;
      }
      problem.ifPresent(
          words -> {
            throw CommandException.failed(words);
          });
      return true;
    } finally {
      answer = null;
    }
  }

  /**
   * Ends the answer that is coming; a second time at once.
   *
   * @return whether one was coming
   */
  boolean interrupt() {
    Conversations.Answer coming = answer;
    if (coming == null) {
      return false;
    }
    if (interrupts.incrementAndGet() == 1) {
      coming.stop();
    } else {
      coming.kill();
    }
    return true;
  }

  private void forgetUnnamed() {
    if (begun && isUnnamed(name)) {
      conversations.delete(name);
    }
  }

  /** Leaves it; without a name it is forgotten. */
  @Override
  public void close() {
    forgetUnnamed();
    begun = false;
  }
}
