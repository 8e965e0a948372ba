package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.attempt;
import static dev.bourse.host.abi.EngineCalls.attemptDo;
import static dev.bourse.host.abi.EngineCalls.count;
import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U32_LIST;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.field;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.mapped;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.engine.SaveOptions;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.json.JsonTrees;
import dev.bourse.host.process.HostContext;
import dev.bourse.host.process.ServedModel;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** {@code bourse:context}: what the standard interface does not say about contexts and names. */
public final class SnapshotImports {
  private SnapshotImports() {}

  private static final WitType<Optional<Long>> OPTIONAL_U64 = option(U64);
  private static final WitType<Optional<String>> OPTIONAL_STRING = option(STRING);
  private static final WitType<List<String>> STRINGS = list(STRING);

  /** {@code record save-options { replace, ttl-seconds, manifest, grants }}. */
  private static final WitType<Object[]> OPTIONS =
      record(BOOL, OPTIONAL_U64, OPTIONAL_STRING, STRINGS);

  /**
   * {@code record snapshot { owner, name, model, created-millis, expires-millis, bytes,
   * shared-bytes, tokens, grants, problem }}.
   */
  private static final WitType<SnapshotInfo> SNAPSHOT =
      mapped(
          record(
              STRING, STRING, STRING, U64, OPTIONAL_U64, U64, U64, U32, STRINGS, OPTIONAL_STRING),
          SnapshotImports::fields,
          ignored -> {
            throw new IllegalStateException("guests pass no descriptions");
          });

  private static final WitType<RuntimeIdentity> RUNTIME =
      mapped(
          record(STRING, STRING, STRING, STRING, STRING, STRING),
          runtime ->
              new Object[] {
                runtime.model(),
                runtime.modelDigest(),
                runtime.tokenizerDigest(),
                runtime.templateDigest(),
                runtime.adapter(),
                runtime.kvType()
              },
          ignored -> {
            throw new IllegalStateException("guests pass no runtimes");
          });

  public static ImportModule module() {
    ImportModule module = new ImportModule("bourse:context");
    names(module);
    pages(module);
    return module;
  }

  private static void names(ImportModule module) {
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    module
        .function(
            "[static]context.open",
            model,
            STRING,
            STRING,
            result(own(ContextImports.CONTEXT)),
            (guest, m, name, expected) ->
                attempt(() -> ContextImports.names(guest, m).open(name, expected)))
        .function(
            "[method]context.save",
            borrow(ContextImports.CONTEXT),
            STRING,
            OPTIONS,
            result(UNIT),
            (guest, context, name, options) ->
                attemptDo(
                    () ->
                        ContextImports.named(guest, context)
                            .save(name, options(guest, context, options))))
        .function(
            "[static]context.exists",
            model,
            STRING,
            result(BOOL),
            (guest, m, name) -> attempt(() -> ContextImports.names(guest, m).exists(name)))
        .function(
            "[static]context.rename",
            model,
            STRING,
            STRING,
            result(UNIT),
            (guest, m, from, to) ->
                attemptDo(() -> ContextImports.names(guest, m).rename(from, to)))
        .function(
            "[static]context.list",
            model,
            STRING,
            U32,
            result(list(SNAPSHOT)),
            (guest, m, after, room) ->
                attempt(() -> ContextImports.names(guest, m).some(after, room)))
        .function(
            "[static]context.describe",
            model,
            STRING,
            result(SNAPSHOT),
            (guest, m, name) -> attempt(() -> ContextImports.names(guest, m).describe(name)))
        .function(
            "[static]context.manifest",
            model,
            STRING,
            result(OPTIONAL_STRING),
            (guest, m, name) -> attempt(() -> ContextImports.names(guest, m).manifest(name)))
        .function("[static]context.runtime", model, RUNTIME, (guest, m) -> m.runtime());
  }

  private static void pages(ImportModule module) {
    WitType<HostContext> self = borrow(ContextImports.CONTEXT);
    module
        .function(
            "[method]context.window",
            self,
            U32,
            U32,
            result(UNIT),
            (guest, context, sink, window) ->
                attemptDo(
                    () ->
                        context
                            .engine()
                            .window(count("sink tokens", sink), count("window tokens", window))))
        .function(
            "[method]context.drop-pages",
            self,
            U32,
            U32,
            result(UNIT),
            (guest, context, first, pages) ->
                attemptDo(
                    () -> context.engine().dropPages(count("pages", first), count("pages", pages))))
        .function(
            "[method]context.length",
            self,
            U32,
            (guest, context) -> value(() -> (long) context.engine().length()))
        .function(
            "[method]context.tokens",
            self,
            U32,
            U32,
            U32_LIST,
            (guest, context, from, tokens) ->
                value(
                    () -> context.engine().tokens(count("tokens", from), count("tokens", tokens))))
        .function(
            "[method]context.positions",
            self,
            U32,
            U32,
            U32_LIST,
            (guest, context, from, tokens) ->
                value(
                    () ->
                        context
                            .engine()
                            .positions(count("tokens", from), count("tokens", tokens))));
  }

  private static SaveOptions options(Guest guest, HostContext context, Object[] options) {
    return ContextImports.names(guest, context.model())
        .options(
            field(options, 0, BOOL),
            field(options, 1, OPTIONAL_U64),
            field(options, 2, OPTIONAL_STRING),
            new HashSet<>(field(options, 3, STRINGS)));
  }

  private static Object[] fields(SnapshotInfo info) {
    return new Object[] {
      info.name().user(),
      info.name().name(),
      info.model(),
      info.created().toEpochMilli(),
      info.expires().map(Instant::toEpochMilli),
      info.bytes(),
      info.sharedBytes(),
      (long) info.tokens(),
      List.copyOf(info.grants()),
      info.problem().map(JsonTrees::excerpt)
    };
  }
}
