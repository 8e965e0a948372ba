package dev.bourse.inferlets.openaichat;

import dev.bourse.sdk.BudgetExhaustedException;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers one request: computes the prompt once, forks it for each choice, generates all choices
 * together, and tells of everything as it happens ({@link Events}).
 */
public final class OpenAiChat implements Inferlet {
  @Override
  public String run(Session session) {
    Events events = new Events(session);
    List<Context> prompts = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    try {
      Request request = new Request(session.parameters());
      Model model = request.model(session);
      int promptTokens = 0;
      int opened = 0;
      for (Prompt prompt : request.prompts()) {
        Context context = prompt.render(model, request);
        prompts.add(context);
        promptTokens += context.length();
        opened += context.length() - context.pendingTokens();
        request.checkLength(context.length());
      }
      choices.addAll(choices(prompts, request, events));
      generate(choices, events);
      String saved = save(choices, request);
      events.usage(promptTokens, opened, receipt(prompts), choices, choiceReceipts(choices), saved);
    } catch (Refusal refusal) {
      events.refused(refusal.parameter(), refusal.code(), String.valueOf(refusal.getMessage()));
    } catch (BudgetExhaustedException exhausted) {
      events.refused("", "insufficient_quota", String.valueOf(exhausted.getMessage()));
    } finally {
      choices.forEach(Choice::close);
      prompts.forEach(Context::close);
    }
    return "";
  }

  /** The prompt is computed once: a fork shares it. */
  private static List<Choice> choices(List<Context> prompts, Request request, Events events) {
    List<Choice> choices = new ArrayList<>();
    for (Context prompt : prompts) {
      if (request.choices() > 1) {
        prompt.flush();
      }
      for (int i = 0; i < request.choices(); i++) {
        Context context = i == request.choices() - 1 ? prompt : prompt.fork();
        choices.add(new Choice(choices.size(), context, request, events, context != prompt));
      }
    }
    return choices;
  }

  /** Every round takes one token of each choice, all of them computed together. */
  private static void generate(List<Choice> choices, Events events) {
    boolean told = false;
    List<Choice> open = new ArrayList<>(choices);
    while (!open.isEmpty()) {
      for (Choice choice : open) {
        choice.start();
      }
      List<Choice> next = new ArrayList<>();
      for (Choice choice : open) {
        boolean more = choice.take();
        if (!told) {
          // What the engine refuses it has refused by now.
          told = true;
          events.start();
        }
        choice.tell();
        if (more) {
          next.add(choice);
        } else {
          choice.finish();
        }
      }
      open = next;
    }
  }

  /** Keeps the conversation with its first answer; empty if that is not wanted or cannot be. */
  private static String save(List<Choice> choices, Request request) {
    if (request.saveAs().isEmpty()) {
      return "";
    }
    SaveOptions options = SaveOptions.DEFAULT.replacing();
    if (request.keepSeconds() > 0) {
      options = options.expiringAfter(Duration.ofSeconds(request.keepSeconds()));
    }
    try {
      Context context = choices.get(0).context();
      (request.isRaw() ? context : context.seal()).save(request.saveAs(), options);
      return request.saveAs();
    } catch (InferletException e) {
      if (request.mustSave()) {
        throw new Refusal("bourse.save_as", "not_saved", String.valueOf(e.getMessage()));
      }
      return "";
    }
  }

  private static Receipt receipt(List<Context> contexts) {
    Receipt all = Receipt.NONE;
    for (Context context : contexts) {
      all = all.plus(context.receipt());
    }
    return all;
  }

  private static Receipt choiceReceipts(List<Choice> choices) {
    Receipt all = Receipt.NONE;
    for (Choice choice : choices) {
      all = choice.isFork() ? all.plus(choice.context().receipt()) : all;
    }
    return all;
  }
}
