package dev.bourse.host;

import dev.bourse.sdk.BudgetExhaustedException;
import dev.bourse.sdk.Context;
import dev.bourse.sdk.Inferlet;
import dev.bourse.sdk.InferletException;
import dev.bourse.sdk.Model;
import dev.bourse.sdk.Receipt;
import dev.bourse.sdk.Sampler;
import dev.bourse.sdk.SaveOptions;
import dev.bourse.sdk.Session;
import dev.bourse.sdk.SnapshotInfo;
import dev.bourse.sdk.manifest.Assembly;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.ManifestMismatch;
import dev.bourse.sdk.manifest.Segment;
import dev.bourse.sdk.manifest.SegmentKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Does what a script says and answers with one line for each command that has something to tell. An
 * error is told as a line too. Compiled to wasm as well, so that a test can run one script in both
 * places.
 */
public final class ScriptInferlet implements Inferlet {
  private final StringBuilder transcript = new StringBuilder();
  private final LaunchScript children = new LaunchScript();

  @Override
  public String run(Session session) {
    Model model = session.model();
    Context context = model.newContext();
    for (String line : session.parameters().string("script").split("\n", -1)) {
      String[] words = line.split(" ", 3);
      if (words[0].equals("insist")) {
        context.append(rest(words)).flush();
      }
      context = obey(session, model, context, words);
    }
    context.close();
    return transcript.toString();
  }

  /** Obeys one line; returns the context that the next one is about. */
  private Context obey(Session session, Model model, Context context, String[] words) {
    try {
      Context other = other(model, context, words);
      if (other != context) {
        context.close();
      } else {
        act(session, model, context, words);
      }
      return other;
    } catch (RuntimeException e) {
      // One clause for all: of two, the wasm compiler makes code here that is not valid.
      tell(kind(e) + ": " + e.getMessage());
    }
    return context;
  }

  private static String kind(RuntimeException e) {
    return e instanceof BudgetExhaustedException
        ? "budget"
        : e instanceof InferletException ? "error" : "misuse";
  }

  private static Context other(Model model, Context context, String[] words) {
    return switch (words[0]) {
      case "new" -> model.newContext();
      case "open" -> model.open(words[1]);
      case "open-expecting" -> model.open(words[1], manifest(model, words[2]));
      case "take" -> model.take(words[1]);
      case "fork" -> context.fork();
      default -> context;
    };
  }

  private void act(Session session, Model model, Context context, String[] words) {
    switch (words[0]) {
      case "user" -> context.user(rest(words));
      case "cue" -> context.cue();
      case "seal" -> context.seal();
      case "append" -> context.append(rest(words));
      case "flush" -> context.flush();
      case "truncate" -> context.truncate(Integer.parseInt(words[1]));
      case "keep-removable" -> context.keepRemovable(Integer.parseInt(words[1]));
      case "generate" ->
          tell(
              context
                  .generate(Sampler.greedy())
                  .stopTokens()
                  .maxTokens(Integer.parseInt(words[1]))
                  .text());
      case "answer" -> tell(context.generate(Sampler.greedy()).maxTokens(48).text());
      case "tokens" -> tell(text(context.tokens()));
      case "counts" ->
          tell(
              context.length()
                  + " tokens, "
                  + context.committedPages()
                  + " committed, "
                  + context.workingPages()
                  + " working pages, "
                  + context.workingTokens()
                  + " working tokens, "
                  + context.pendingTokens()
                  + " pending");
      case "receipt" -> tell(text(context.receipt()));
      case "flush-at" ->
          context.forward().input(new int[] {1}, new int[] {Integer.parseInt(words[1])}).execute();
      case "suspend" -> context.suspend();
      case "window" -> context.window(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "drop" -> context.dropPages(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "save" -> context.save(words[1]);
      case "replace" -> context.save(words[1], SaveOptions.DEFAULT.replacing());
      case "save-for" ->
          context.save(
              words[1],
              SaveOptions.DEFAULT.expiringAfter(Duration.ofSeconds(Integer.parseInt(words[2]))));
      case "save-granting" ->
          context.save(words[1], SaveOptions.DEFAULT.grantedTo(words[2].split(" ", -1)));
      case "save-made-from" -> context.save(words[1], manifest(model, words[2]));
      case "append-stable" ->
          context.append(model.encode(assembly(model, rest(words)).stableText()));
      case "snapshot" -> context.save(model.snapshot(context.snapshot()).name() + "-again");
      case "delete" -> model.deleteSnapshot(words[1]);
      case "rename" -> model.renameSnapshot(words[1], words[2]);
      case "has" -> tell(model.hasSnapshot(words[1]));
      case "list" -> model.snapshots().forEach(info -> tell(info.name()));
      case "describe" -> describe(model.snapshot(words[1]));
      case "manifest" ->
          tell(model.snapshotManifest(words[1]).map(m -> m.digest().hex()).orElse("none"));
      case "runtime" -> tell(model.runtime().model() + " " + model.runtime().kvType());
      case "bytes-of" ->
          tell(
              ("@" + "x".repeat(Integer.parseInt(words[1])))
                  .getBytes(StandardCharsets.UTF_8)
                  .length);
      case "username" -> tell(session.username());
      case "await-stop" -> awaitStop(session);
      case "split" -> split(model, words);
      case "name-of" -> name(model, context, words);
      default -> {
        String ofChildren = children.obey(session, words);
        String told = ofChildren == null ? MarketScript.obey(model, context, words) : ofChildren;
        if (!told.isEmpty()) {
          tell(told);
        }
      }
    }
  }

  /** Until it is told that all are to end. */
  private static void awaitStop(Session session) {
    while (!session.isStopping()) {
      // An inferlet of use would compute something.
    }
  }

  /** {@code KIND=text KIND=text …}, with _ for a space and / for a line end. */
  private static Assembly assembly(Model model, String text) {
    String[] parts = text.split(" ", -1);
    Segment[] segments = new Segment[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      segments[i] =
          Segment.of(
              SegmentKind.valueOf(parts[i].substring(0, equals)),
              parts[i].substring(equals + 1).replace('_', ' ').replace('/', '\n'));
    }
    return ContextManifest.assemble(model.runtime(), segments);
  }

  private static ContextManifest manifest(Model model, String text) {
    Assembly assembly = assembly(model, text);
    return assembly
        .manifest()
        .stableOnly()
        .withStableTokenization(model.encode(assembly.stableText()));
  }

  private void split(Model model, String[] words) {
    Assembly assembly = assembly(model, rest(words));
    Optional<ManifestMismatch> mismatch =
        ContextManifest.validateSplitTokenization(
            model.encode(assembly.stableText()),
            model.encode(assembly.volatileText()),
            model.encode(assembly.text()));
    tell(mismatch.map(ManifestMismatch::message).orElse("sound"));
  }

  /** Tries a name that a line cannot carry. */
  private void name(Model model, Context context, String[] words) {
    String name =
        switch (words[1]) {
          case "nothing" -> "";
          case "a-million" -> "x".repeat(1_000_000);
          case "at-a-million" -> "@" + "x".repeat(1_000_000);
          case "line" -> "a\nb";
          case "long" -> "é".repeat(64);
          default -> "é".repeat(65);
        };
    switch (words[2]) {
      case "save" -> context.save(name);
      case "open" -> model.open(name).close();
      case "take" -> model.take(name).close();
      case "delete" -> model.deleteSnapshot(name);
      case "has" -> tell(model.hasSnapshot(name));
      default -> throw new IllegalArgumentException(words[2]);
    }
  }

  private void describe(SnapshotInfo info) {
    tell(
        "@"
            + info.owner()
            + "/"
            + info.name()
            + ": "
            + info.tokens()
            + " tokens of "
            + info.model()
            + ", "
            + (info.bytes() > 0 ? "some" : "no")
            + " bytes, "
            + (info.expires().isPresent()
                ? "gone "
                    + (info.expires().get().toEpochMilli() - info.created().toEpochMilli())
                    + " ms after it was saved"
                : "for ever")
            + ", granted to "
            + info.grants()
            + info.problem().map(problem -> ", problem: " + problem).orElse(""));
  }

  private static String rest(String[] words) {
    return words.length < 2 ? "" : words.length == 2 ? words[1] : words[1] + " " + words[2];
  }

  /** Without what differs from run to run. */
  private static String text(Receipt receipt) {
    return "computed="
        + receipt.computed()
        + ", fromCache="
        + receipt.fromCache()
        + ", restored="
        + receipt.restored()
        + ", recomputed="
        + receipt.recomputed()
        + ", steps="
        + receipt.steps();
  }

  private static String text(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(text.length() == 0 ? "" : " ").append(token);
    }
    return text.toString();
  }

  private void tell(Object line) {
    transcript.append(line).append('\n');
  }
}
