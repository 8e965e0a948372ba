package dev.bourse.host;

import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.GuestValues.RawHandle;
import dev.bourse.host.abi.CoreType;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Shape;
import dev.bourse.host.abi.WitType;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Arguments that every import takes: what follows from its types, unless something better is known
 * here. Handles are made by the imports that give them.
 */
final class Samples {
  static final String MODEL = "pie:core/model [static]model.load";
  static final String POLLABLE = "wasi:clocks/monotonic-clock@0.2 subscribe-duration";
  static final String CREATE = "pie:core/context [static]context.create";
  static final String RESERVE = "pie:core/context [method]context.reserve-working-pages";
  static final String ADAPTER = "pie:core/adapter [static]adapter.create";
  static final String OPEN = "wasi:filesystem/types@0.2 [method]descriptor.open-at";
  static final String DIRECTORIES = "wasi:filesystem/preopens@0.2 get-directories";

  private static final String WRITE =
      "wasi:io/streams@0.2 [method]output-stream.blocking-write-and-flush";

  /** The one MCP server that there is. */
  static final String SERVER = "echo";

  static final String EXECUTE = "pie:core/inference [method]forward-pass.execute";

  /** Which import makes a resource, where several could. */
  private static final Map<String, String> MAKERS =
      Map.of(
          "context",
          CREATE,
          "adapter",
          ADAPTER,
          "pollable",
          POLLABLE,
          "input-stream",
          "wasi:cli/stdin@0.2 get-stdin",
          "output-stream",
          "wasi:cli/stdout@0.2 get-stdout",
          "descriptor",
          OPEN,
          "directory-entry-stream",
          "wasi:filesystem/types@0.2 [method]descriptor.read-directory",
          "session",
          "pie:mcp/client connect",
          "fields",
          "wasi:http/types@0.2 [constructor]fields",
          "error",
          WRITE);

  /**
   * What a guest that only calls imports never holds: what a served request brings, and what comes
   * from elsewhere; and what it does not hold while the model has no such encoder.
   */
  private static final Set<String> NEVER_GIVEN =
      Set.of(
          "image",
          "video",
          "audio",
          "speech",
          "terminal-input",
          "terminal-output",
          "incoming-request",
          "incoming-response",
          "incoming-body",
          "future-incoming-response",
          "future-trailers",
          "response-outparam");

  /** Rank, alpha, population, share of the best, step size. */
  private static final Object[] SEARCH = {2L, 4.0f, 4L, 0.5f, 0.5f};

  private static final AtomicInteger NAMES = new AtomicInteger();

  /** Arguments of one import. */
  interface Arguments {
    Object[] make(AbiCalls calls);
  }

  private final Map<String, Arguments> known = new HashMap<>();
  private final Map<ResourceType<?>, Optional<Import>> makers = new ConcurrentHashMap<>();
  private final AbiGuest guest;

  Samples(AbiGuest guest) {
    this.guest = guest;
    contexts();
    passes();
    grammars();
    adapters();
    new FileSamples(this::put).addAll();
    put("error", calls -> new Object[] {FileSamples.brokenStream(calls), List.of(1L)});
    put("pie:mcp/client connect", calls -> new Object[] {SERVER});
    put(
        "pie:mcp/client [method]session.call-tool",
        calls -> new Object[] {make(calls, "pie:mcp/client connect"), "tool", "{}"});
    put(
        "pie:mcp/client [method]session.get-prompt",
        calls -> new Object[] {make(calls, "pie:mcp/client connect"), "prompt", "{}"});
    put(
        "bourse:runtime launch",
        calls ->
            new Object[] {
              "text-completion",
              "{\"prompt\":\"a\",\"max_tokens\":1}",
              new Object[] {1.0, 0L, new Case(0, GuestValues.NOTHING)}
            });
    put(MODEL, calls -> new Object[] {"pocket"});
    put(
        "pie:core/runtime launch",
        calls -> new Object[] {"text-completion", "{\"prompt\":\"a\",\"max_tokens\":1}"});
    put("pie:core/runtime [method]child.get", calls -> new Object[] {endedChild(calls)});
    put(POLLABLE, calls -> new Object[] {0L});
    put("wasi:clocks/monotonic-clock@0.2 subscribe-instant", calls -> new Object[] {0L});
  }

  private void put(String label, Arguments arguments) {
    known.put(label, arguments);
  }

  private void contexts() {
    String context = "pie:core/context ";
    put(context + "[static]context.open", Samples::modelAndSaved);
    put(context + "[static]context.take", Samples::modelAndSaved);
    put(context + "[static]context.delete", Samples::modelAndSaved);
    put(context + "[method]context.commit-working-pages", calls -> contextAnd(calls, 0L));
    put(context + "[method]context.release-working-pages", calls -> contextAnd(calls, 0L));
    put(context + "[method]context.truncate-working-page-tokens", calls -> contextAnd(calls, 0L));
    put(context + "[method]context.save", calls -> contextAnd(calls, name()));
    String ours = "bourse:context ";
    put(
        ours + "[method]context.save",
        calls ->
            contextAnd(
                calls,
                name(),
                new Object[] {1L, new Case(1, 60L), new Case(0, GuestValues.NOTHING), List.of()}));
    put(ours + "[static]context.open", Samples::modelSavedAndManifest);
    put(ours + "[static]context.rename", calls -> with(modelAndSaved(calls), name()));
    put(ours + "[static]context.describe", Samples::modelAndSaved);
    put(ours + "[static]context.manifest", Samples::modelAndSaved);
    put(ours + "[static]context.list", calls -> new Object[] {model(calls), "", 100_000L});
    put(ours + "[method]context.window", calls -> contextAnd(calls, 4L, 64L));
    put(ours + "[method]context.drop-pages", calls -> new Object[] {fullContext(calls), 0L, 1L});
    put(ours + "[method]context.tokens", calls -> contextAnd(calls, 0L, 0L));
    put(ours + "[method]context.positions", calls -> contextAnd(calls, 0L, 0L));
    put("bourse:market [static]model.fund", calls -> with(modelAndSaved(calls), 1.0));
    put("bourse:market [static]model.funds", Samples::modelAndSaved);
  }

  private void passes() {
    String pass = "pie:core/inference [method]forward-pass.";
    put(EXECUTE, calls -> new Object[] {readyPass(calls)});
    put("pie:core/inference [method]future-output.get", calls -> new Object[] {output(calls)});
    put(
        pass + "input-tokens",
        calls -> new Object[] {pass(calls), List.of(1L, 2L), List.of(0L, 1L)});
    put(
        pass + "attention-mask",
        calls -> new Object[] {pass(calls), List.of(List.of(0L, 1L), List.of(0L, 2L))});
    put(
        pass + "sampler",
        calls -> new Object[] {pass(calls), List.of(0L), new Case(0, new Object[] {0.0f, 1L})});
  }

  private void adapters() {
    String adapter = "pie:core/adapter ";
    String file = "sample.gguf";
    put(ADAPTER, calls -> new Object[] {model(calls), name()});
    put(
        adapter + "[static]adapter.open",
        calls -> {
          String name = name();
          requireOk(calls.call(ADAPTER, model(calls), name));
          return new Object[] {model(calls), name};
        });
    put(adapter + "[method]adapter.fork", calls -> new Object[] {adapter(calls), name()});
    put(adapter + "[method]adapter.save", calls -> new Object[] {searched(calls), file});
    put(
        adapter + "[method]adapter.load",
        calls -> {
          Object saved = searched(calls);
          requireOk(calls.call(adapter + "[method]adapter.save", saved, file));
          return new Object[] {saved, file};
        });
    put("pie:zo/zo initialize", calls -> new Object[] {adapter(calls), SEARCH.clone()});
    put(
        "pie:zo/zo update",
        calls -> new Object[] {searched(calls), List.of(1.0f), List.of(5L), 0.5f});
  }

  private static int adapter(AbiCalls calls) {
    return payload(calls.call(ADAPTER, model(calls), name()));
  }

  /** An adapter that is searched for, and so has something to save. */
  private static int searched(AbiCalls calls) {
    int adapter = adapter(calls);
    requireOk(calls.call("pie:zo/zo initialize", adapter, SEARCH.clone()));
    return adapter;
  }

  private void grammars() {
    String grammar = "pie:core/inference [static]grammar.";
    put(grammar + "from-json-schema", calls -> new Object[] {"{\"type\":\"object\"}"});
    put(grammar + "from-regex", calls -> new Object[] {"[a-z]+"});
    put(grammar + "from-ebnf", calls -> new Object[] {"root ::= \"a\" | \"b\""});
    put(
        "pie:core/inference [method]matcher.accept-tokens",
        calls ->
            new Object[] {
              make(calls, "pie:core/inference [constructor]matcher"), tokens(calls, "{")
            });
    put(
        "bourse:inference [method]matcher.rollback",
        calls -> new Object[] {make(calls, "pie:core/inference [constructor]matcher"), 0L});
    put(
        "bourse:instruct calling",
        calls ->
            new Object[] {
              model(calls),
              "text",
              Collections.singletonList(new Object[] {"weather", "{\"town\": \"Bern\"}"})
            });
    String tool =
        "{\"name\":\"weather\",\"description\":\"of a town\",\"parameters\":{\"type\":\"object\","
            + "\"properties\":{\"town\":{\"type\":\"string\"}}}}";
    for (String label :
        new String[] {
          "pie:instruct/tool-use equip",
          "pie:instruct/tool-use format",
          "pie:instruct/tool-use create-matcher",
          "bourse:instruct system-equip",
          "bourse:instruct create-matcher"
        }) {
      put(
          label,
          calls -> {
            Object[] standard = standard(calls, guest.find(label));
            for (int i = 0; i < standard.length; i++) {
              if (standard[i] instanceof List<?>) {
                standard[i] = List.of(tool);
              }
            }
            return standard;
          });
    }
  }

  // Arguments

  /** What {@code wanted} takes. */
  Object[] arguments(AbiCalls calls, Import wanted) {
    Arguments arguments = known.get(wanted.toString());
    return arguments == null ? standard(calls, wanted) : arguments.make(calls);
  }

  private Object[] standard(AbiCalls calls, Import wanted) {
    List<Object> values = new ArrayList<>();
    for (WitType<?> type : wanted.call().signature().orElseThrow().parameters()) {
      values.add(standard(calls, type));
    }
    return values.toArray();
  }

  /** A value of {@code type} when nothing better is known. */
  Object standard(AbiCalls calls, WitType<?> type) {
    return switch (type.shape()) {
      case Shape.Scalar(CoreType core) ->
          core == CoreType.F32 || core == CoreType.F64 ? (Object) 0.5 : (Object) 1L;
      case Shape.Text _ -> "text";
      case Shape.Sequence(WitType<?> element) -> List.of(standard(calls, element));
      case Shape.Handle(ResourceType<?> resource, boolean _) -> handle(calls, resource);
      case Shape.Variant(List<WitType<?>> cases) -> {
        // The value of an option, the first case of any other variant.
        int chosen = cases.getFirst().size() == 0 && cases.size() == 2 ? 1 : 0;
        yield new Case(chosen, standard(calls, cases.get(chosen)));
      }
      case Shape.Fields(List<WitType<?>> fields) ->
          fields.stream().map(field -> standard(calls, field)).toArray();
    };
  }

  // Handles

  /** Whether a guest can hold one. */
  boolean isGiven(ResourceType<?> type) {
    return !NEVER_GIVEN.contains(type.name()) && maker(type).isPresent();
  }

  private Object handle(AbiCalls calls, ResourceType<?> type) {
    return isGiven(type) ? (Object) make(calls, type) : new RawHandle(1);
  }

  private int make(AbiCalls calls, ResourceType<?> type) {
    Import maker = maker(type).orElseThrow();
    // An error comes from a call that goes wrong, with arguments that are not that call's own.
    Arguments failing = known.get(type.name());
    Object result =
        calls.call(maker, failing == null ? arguments(calls, maker) : failing.make(calls));
    List<Integer> found = new ArrayList<>();
    AbiCalls.eachHandle(
        maker.call().signature().orElseThrow().result(),
        result,
        (resource, handle) -> {
          if (resource == type) {
            found.add(handle);
          }
        });
    if (found.isEmpty()) {
      throw new AssertionError(maker + " gave no " + type.name() + ": " + show(result));
    }
    return found.getFirst();
  }

  static String show(Object result) {
    return result instanceof Case(int discriminant, Object payload)
        ? "case " + discriminant + " of " + show(payload)
        : result instanceof Object[] fields ? List.of(fields).toString() : result.toString();
  }

  private Optional<Import> maker(ResourceType<?> type) {
    return makers.computeIfAbsent(
        type,
        wanted -> {
          String preferred = MAKERS.get(wanted.name());
          return preferred != null
              ? Optional.of(guest.find(preferred))
              : guest.imports().stream().filter(each -> gives(each, wanted)).findFirst();
        });
  }

  private static boolean gives(Import each, ResourceType<?> wanted) {
    return each.call().signature().filter(s -> holds(s.result(), wanted)).isPresent();
  }

  /** Whether a value of {@code type} can hold a handle of {@code wanted}. */
  static boolean holds(WitType<?> type, ResourceType<?> wanted) {
    return switch (type.shape()) {
      case Shape.Handle(ResourceType<?> resource, boolean _) -> resource == wanted;
      case Shape.Sequence(WitType<?> element) -> holds(element, wanted);
      case Shape.Variant(List<WitType<?>> cases) -> cases.stream().anyMatch(c -> holds(c, wanted));
      case Shape.Fields(List<WitType<?>> fields) -> fields.stream().anyMatch(f -> holds(f, wanted));
      case Shape.Scalar _, Shape.Text _ -> false;
    };
  }

  /** The function that drops handles of {@code type}. */
  Import dropOf(ResourceType<?> type) {
    return guest.imports().stream()
        .filter(each -> each.name().startsWith("[resource-drop]"))
        .filter(each -> holds(each.call().signature().orElseThrow().parameters().getFirst(), type))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing drops a " + type.name()));
  }

  // What the imports above are called with

  private static String name() {
    return "sample-" + NAMES.incrementAndGet();
  }

  private static int payload(Object result) {
    requireOk(result);
    return (Integer) ((Case) result).payload();
  }

  private static void requireOk(Object result) {
    if (((Case) result).discriminant() != 0) {
      throw new AssertionError(show(result));
    }
  }

  static int model(AbiCalls calls) {
    return payload(calls.call(MODEL, "pocket"));
  }

  static int context(AbiCalls calls) {
    return payload(calls.call(CREATE, model(calls)));
  }

  private static Object[] contextAnd(AbiCalls calls, Object... more) {
    return with(new Object[] {context(calls)}, more);
  }

  private static Object[] modelAndSaved(AbiCalls calls) {
    String name = name();
    calls.call("pie:core/context [method]context.save", context(calls), name);
    return new Object[] {model(calls), name};
  }

  private static Object[] modelSavedAndManifest(AbiCalls calls) {
    String name = name();
    Object[] of = (Object[]) calls.call("bourse:context [static]context.runtime", model(calls));
    RuntimeIdentity runtime =
        new RuntimeIdentity("" + of[0], "" + of[1], "" + of[2], "" + of[3], "" + of[4], "" + of[5]);
    String manifest = ContextManifest.assemble(runtime).manifest().toJson();
    Case none = new Case(0, GuestValues.NOTHING);
    Object saved =
        calls.call(
            "bourse:context [method]context.save",
            context(calls),
            name,
            new Object[] {0L, none, new Case(1, manifest), List.of()});
    requireOk(saved);
    return new Object[] {model(calls), name, manifest};
  }

  private static Object[] with(Object[] first, Object... more) {
    List<Object> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray();
  }

  private static int pass(AbiCalls calls) {
    return (Integer) calls.call("pie:core/inference [constructor]forward-pass", model(calls));
  }

  /** A pass over two tokens of a context that has room for them. */
  static int readyPass(AbiCalls calls) {
    int pass = pass(calls);
    int context = context(calls);
    calls.call(RESERVE, context, 1L);
    calls.call("pie:core/inference [method]forward-pass.context", pass, context);
    calls.call(
        "pie:core/inference [method]forward-pass.input-tokens",
        pass,
        List.of(1L, 2L),
        List.of(0L, 1L));
    calls.call(
        "pie:core/inference [method]forward-pass.sampler",
        pass,
        List.of(1L),
        new Case(0, new Object[] {0.0f, 1L}));
    return pass;
  }

  /** The future of a pass that is done. */
  private static Object output(AbiCalls calls) {
    Object future = payload(calls.call(EXECUTE, readyPass(calls)));
    Object done = calls.call("pie:core/inference [method]future-output.pollable", future);
    calls.call("wasi:io/poll@0.2 [method]pollable.block", done);
    return future;
  }

  /** A child that has ended, so that its result is there. */
  private Object endedChild(AbiCalls calls) {
    Object child = make(calls, "pie:core/runtime launch");
    Object done = calls.call("pie:core/runtime [method]child.pollable", child);
    calls.call("wasi:io/poll@0.2 [method]pollable.block", done);
    return child;
  }

  /** A context with two committed pages. */
  private static int fullContext(AbiCalls calls) {
    int context = context(calls);
    long pages = 2;
    long page = (Long) calls.call("pie:core/context [method]context.tokens-per-page", context);
    List<Long> positions = LongStream.range(0, pages * page).boxed().toList();
    int pass = pass(calls);
    calls.call(RESERVE, context, pages);
    calls.call("pie:core/inference [method]forward-pass.context", pass, context);
    calls.call("pie:core/inference [method]forward-pass.input-tokens", pass, positions, positions);
    Object future = payload(calls.call(EXECUTE, pass));
    Object done = calls.call("pie:core/inference [method]future-output.pollable", future);
    calls.call("wasi:io/poll@0.2 [method]pollable.block", done);
    calls.call("pie:core/context [method]context.commit-working-pages", context, pages);
    return context;
  }

  private int make(AbiCalls calls, String label) {
    Object result = calls.call(label, arguments(calls, guest.find(label)));
    return result instanceof Case ? payload(result) : (Integer) Objects.requireNonNull(result);
  }

  private static Object tokens(AbiCalls calls, String text) {
    Object tokenizer = calls.call("pie:core/model [method]model.tokenizer", model(calls));
    return calls.call("pie:core/model [method]tokenizer.encode", tokenizer, text);
  }
}
