package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.Context;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.ToolDecoder.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the model is given. */
sealed interface Prompt {

  /**
   * A context with the prompt in it, behind the snapshot that the request goes on from.
   *
   * @throws Refusal if it cannot be
   */
  default Context render(Model model, Request request) {
    Context context = open(model, request);
    try {
      add(context, model, request);
    } catch (InferletException | IllegalStateException e) {
      context.close();
      throw new Refusal(parameter(), "invalid_value", String.valueOf(e.getMessage()));
    } catch (Refusal refusal) {
      context.close();
      throw refusal;
    }
    return context;
  }

  private static Context open(Model model, Request request) {
    if (request.open().isEmpty()) {
      return model.newContext();
    }
    try {
      return model.open(request.open());
    } catch (InferletException e) {
      throw new Refusal("bourse.snapshot", "snapshot_not_found", String.valueOf(e.getMessage()));
    }
  }

  /** Adds the prompt. */
  void add(Context context, Model model, Request request);

  /** Where the client wrote it. */
  String parameter();

  /** Text to be continued. */
  record Text(String text) implements Prompt {
    @Override
    public void add(Context context, Model model, Request request) {
      context.append(text);
    }

    @Override
    public String parameter() {
      return "prompt";
    }
  }

  /** Tokens to be continued. */
  record Tokens(List<?> tokens) implements Prompt {
    @Override
    public void add(Context context, Model model, Request request) {
      int[] ids = new int[tokens.size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = ((Number) tokens.get(i)).intValue();
      }
      context.append(ids);
    }

    @Override
    public String parameter() {
      return "prompt";
    }
  }

  /** Messages, each an object with a {@code role}, to be answered. */
  record Conversation(List<?> messages) implements Prompt {
    @Override
    public void add(Context context, Model model, Request request) {
      int first = 0;
      if (context.length() == 0 && !request.tools().isEmpty()) {
        first = equip(context, request);
      }
      for (Object message : messages.subList(first, messages.size())) {
        turn(context, (Map<?, ?>) message);
      }
      context.cue();
    }

    /** Opens the conversation with the tools; returns how many messages went into that. */
    private int equip(Context context, Request request) {
      StringBuilder system = new StringBuilder();
      int count = 0;
      while (count < messages.size() && role(messages.get(count)).equals("system")) {
        system.append(count == 0 ? "" : "\n\n").append(text((Map<?, ?>) messages.get(count)));
        count++;
      }
      if (count > 0) {
        context.system(system.toString());
      }
      try {
        context.equip(request.tools().toArray(new String[0]));
      } catch (InferletException e) {
        throw new Refusal("tools", "invalid_value", String.valueOf(e.getMessage()));
      }
      return count;
    }

    private static void turn(Context context, Map<?, ?> message) {
      switch (role(message)) {
        case "system" -> context.system(text(message));
        case "user" -> context.user(text(message));
        case "tool" -> context.answer(member(message, "name"), text(message));
        default -> assistant(context, message);
      }
    }

    private static void assistant(Context context, Map<?, ?> message) {
      if (!(message.get("calls") instanceof List<?> made) || made.isEmpty()) {
        context.assistant(text(message));
        return;
      }
      List<Call> calls = new ArrayList<>();
      for (Object each : made) {
        Map<?, ?> call = (Map<?, ?>) each;
        calls.add(new Call(member(call, "name"), member(call, "arguments")));
      }
      context.calling(text(message), calls);
    }

    private static String role(Object message) {
      return member((Map<?, ?>) message, "role");
    }

    private static String text(Map<?, ?> message) {
      return member(message, "content");
    }

    private static String member(Map<?, ?> object, String name) {
      return object.get(name) instanceof String text ? text : "";
    }

    @Override
    public String parameter() {
      return "messages";
    }
  }
}
