package dev.bourse.host;

import dev.bourse.sdk.Adapter;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.Drafter;
import dev.bourse.sdk.ForwardOutput;
import dev.bourse.sdk.Generator;
import dev.bourse.sdk.Grammar;
import dev.bourse.sdk.HttpRequest;
import dev.bourse.sdk.HttpResponse;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Mask;
import dev.bourse.sdk.McpException;
import dev.bourse.sdk.McpSession;
import dev.bourse.sdk.Messages;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Probe;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.Session;
import dev.bourse.sdk.Subscription;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Talks to others than the model, and has its guesses and adapters tried; for tests. */
public final class OutsideInferlet implements Inferlet {
  private final StringBuilder told = new StringBuilder();

  @Override
  public String run(Session session) {
    String to = session.parameters().string("to");
    switch (session.parameters().string("task")) {
      case "http" -> http(session, to);
      case "refused" -> tell(refusal(() -> session.http().get(to).close()));
      case "mcp" -> mcp(session, to);
      case "messages" -> messages(session.messages());
      case "files" -> files(session);
      case "drafts" -> drafts(session.model(), to);
      case "adapters" -> adapters(session.model(), to);
      default -> throw new IllegalArgumentException(session.parameters().string("task"));
    }
    return told.toString();
  }

  private void http(Session session, String to) {
    try (HttpResponse response = session.http().get(to + "/papers?q=1#top")) {
      tell(response.status() + " " + response.header("X-Kind").orElse("none"));
      tell(response.text());
      tell(response.read().length);
    }
    byte[] body = new byte[200_000];
    for (int i = 0; i < body.length; i++) {
      body[i] = (byte) (i % 251);
    }
    HttpRequest request =
        HttpRequest.of("POST", to + "/echo").header("x-asked", "\u00e9").body(body);
    try (HttpResponse response = session.http().send(request)) {
      byte[] back = response.bytes();
      boolean same = back.length == body.length;
      for (int i = 0; same && i < body.length; i++) {
        same = back[i] == body[i];
      }
      tell(response.status() + " " + back.length + " " + same);
    }
    // Left in the middle of its body.
    HttpResponse left = session.http().send(HttpRequest.of("POST", to + "/echo").body(body));
    tell(left.read().length > 0);
    left.close();
    tell(refusal(() -> session.http().get(to + "/broken").bytes()));
    tell(refusal(() -> session.http().send(HttpRequest.of("GET", to).header("host", "other"))));
    tell(refusal(() -> session.http().send(HttpRequest.of("G T", to))));
    tell(refusal(() -> session.http().get("http://user@host/")));
  }

  private void mcp(Session session, String to) {
    tell(session.mcp().servers());
    tell(refusal(() -> session.mcp().connect("nobody")));
    try (McpSession server = session.mcp().connect(to)) {
      tell(server.tools());
      tell(server.callTool("t", "{\"a\":\"\u00e9\"}"));
      tell(server.resources());
      tell(server.readResource("file:///x"));
      tell(server.prompts());
      try {
        tell(server.prompt("p", "{}"));
      } catch (McpException e) {
        tell(e.code() + " " + e.getMessage() + " " + e.data().orElse("-"));
      }
    }
  }

  private void messages(Messages messages) {
    try (Subscription heard = messages.subscribe("news")) {
      tell(heard.poll().isPresent());
      messages.broadcast("news", "first \u2713");
      messages.broadcast("news", "");
      messages.broadcast("other", "not heard");
      tell(heard.next());
      tell(heard.next().length());
      tell(heard.poll().isPresent());
      messages.push("work", "one");
      messages.push("work", "two");
      tell(messages.pull("work"));
      tell(messages.pull("work"));
    }
    messages.push("results", "x".repeat(100_000));
    tell(messages.pull("results").length());
  }

  private void files(Session session) {
    tell(session.receive());
    byte[] file = session.receiveFile();
    for (int i = 0; i < file.length / 2; i++) {
      byte swapped = file[i];
      file[i] = file[file.length - 1 - i];
      file[file.length - 1 - i] = swapped;
    }
    session.sendFile(file);
    tell(session.receiveFile().length);
    session.sendFile(new byte[0]);
  }

  /** The same text, whoever guesses, under a constraint and a mask as well. */
  private void drafts(Model model, String prompt) {
    boolean[] allowed = new boolean[2048];
    for (int token = 0; token < allowed.length; token++) {
      allowed[token] = token % 7 != 3;
    }
    Mask some = Mask.of(allowed);
    for (Sampler sampler : new Sampler[] {Sampler.greedy(), Sampler.topP(1.2f, 0.9f)}) {
      compare(model, prompt, sampler, generator -> generator);
      compare(model, prompt, sampler, generator -> generator.logitMask(some));
      compare(
          model, prompt, sampler, g -> g.constrain(Grammar.regex("([a-zA-Z ]{1,9}[.,:?] ?){1,9}")));
      compare(
          model,
          prompt,
          sampler,
          g -> g.constrain(Grammar.regex("([a-zA-Z ]{1,9}[.,:?] ?){1,9}")).logitMask(some));
    }
    int[] text;
    try (Context plain = model.newContext()) {
      text = plain.append(prompt).generate(Sampler.greedy()).stopTokens().maxTokens(3).tokens();
    }
    try (Context context = model.newContext()) {
      int before = context.append(prompt).length();
      ForwardOutput output =
          context
              .forward()
              .drafts(text[0], text[1], text[2] ^ 1)
              .sample(Sampler.greedy())
              .readLast(Probe.entropy())
              .execute();
      tell(output.acceptedDrafts().length + " " + (output.token() == text[2]));
      tell((output.entropy(1) > 0) + " " + (context.length() - before));
    }
  }

  private void compare(Model model, String prompt, Sampler sampler, UnaryOperator<Generator> more) {
    String[] texts = new String[3];
    for (int i = 0; i < texts.length; i++) {
      try (Context context = model.newContext()) {
        Generator generator =
            more.apply(context.append(prompt).generate(sampler).stopTokens().maxTokens(40).seed(5));
        if (i > 0) {
          generator.drafts(
              i == 1 ? Drafter.promptLookup() : (tokens, most) -> model.encode(" and the"));
        }
        texts[i] = generator.text() + "|" + context.length();
        if (i == 1) {
          tell(texts[1].equals(texts[0]) + " " + (generator.acceptedDrafts() > 0));
        }
      }
    }
    tell(texts[2].equals(texts[0]));
  }

  private void adapters(Model model, String file) {
    tell(model.adapter("style").isPresent());
    float[] plain = logits(model, null);
    try (Adapter style = model.newAdapter("style")) {
      tell(same(plain, logits(model, style)));
      style.load(file);
      float[] styled = logits(model, style);
      tell(same(plain, styled));
      try (Context context = model.newContext()) {
        context.adapter(style).append("The").flush();
        try (Context fork = context.fork()) {
          tell(same(styled, read(fork.append("m"))));
          tell(same(plain, read(context.withoutAdapter().append("m"))));
        }
      }
      try (Adapter twin = style.fork("twin")) {
        tell(same(styled, logits(model, twin)));
        twin.save("copy.gguf");
        twin.load("copy.gguf");
        tell(same(styled, logits(model, twin)));
        twin.destroy();
        tell(refusal(() -> twin.load("copy.gguf")));
      }
      tell(refusal(() -> model.newAdapter("style")));
      tell(refusal(() -> style.load("missing.gguf")));
    }
    Adapter again = model.adapter("style").orElseThrow();
    again.destroy();
    again.close();
    tell(model.adapter("style").isPresent());
  }

  private static float[] logits(Model model, @Nullable Adapter adapter) {
    try (Context context = model.newContext()) {
      if (adapter != null) {
        context.adapter(adapter);
      }
      return read(context.append("The").append("m"));
    }
  }

  private static float[] read(Context context) {
    return context.forward().readLast(Probe.rawLogits()).execute().logits(0);
  }

  private static boolean same(float[] a, float[] b) {
    return Arrays.equals(a, b);
  }

  private static String refusal(Runnable action) {
    try {
      action.run();
      return "accepted";
    } catch (InferletException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void tell(Object line) {
    told.append(line).append('\n');
  }
}
