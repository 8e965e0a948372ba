package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.attempt;
import static dev.bourse.host.abi.EngineCalls.attemptDo;
import static dev.bourse.host.abi.EngineCalls.count;
import static dev.bourse.host.abi.EngineCalls.require;
import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.F64;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.engine.Context;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.ContextNames;
import dev.bourse.host.process.HostContext;
import dev.bourse.host.process.ServedModel;

/** {@code pie:core/context}: contexts and their pages. */
public final class ContextImports {
  private ContextImports() {}

  /** Dropping the handle frees the pages: what has a name is on disk. */
  public static final ResourceType<HostContext> CONTEXT =
      ResourceType.of("context", HostContext.class, HostContext::close);

  public static ImportModule module() {
    WitType<HostContext> self = borrow(CONTEXT);
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    WitType<Result<HostContext>> created = result(own(CONTEXT));
    return new ImportModule("pie:core/context")
        .function(
            "[static]context.create",
            model,
            created,
            (guest, m) -> attempt(() -> guest.process().inference().newContext(m)))
        .function(
            "[static]context.open",
            model,
            STRING,
            created,
            (guest, m, name) -> attempt(() -> names(guest, m).open(name)))
        .function(
            "[static]context.take",
            model,
            STRING,
            created,
            (guest, m, name) -> attempt(() -> names(guest, m).take(name)))
        .function(
            "[static]context.delete",
            model,
            STRING,
            result(UNIT),
            (guest, m, name) -> attemptDo(() -> names(guest, m).delete(name)))
        .function(
            "[method]context.save",
            self,
            STRING,
            result(UNIT),
            (guest, context, name) -> attemptDo(() -> named(guest, context).save(name)))
        .function(
            "[method]context.snapshot",
            self,
            result(STRING),
            (guest, context) -> attempt(() -> named(guest, context).snapshot()))
        .function("[method]context.fork", self, created, (guest, context) -> attempt(context::fork))
        .function(
            "[method]context.destroy",
            self,
            UNIT,
            (guest, context) -> {
              context.close();
              return Unit.UNIT;
            })
        .function(
            "[method]context.tokens-per-page",
            self,
            U32,
            (guest, context) -> (long) context.engine().tokensPerPage())
        .function(
            "[method]context.model",
            self,
            own(ModelImports.MODEL),
            (guest, context) -> context.model())
        .function(
            "[method]context.committed-page-count",
            self,
            U32,
            (guest, context) -> value(() -> (long) context.engine().committedPages()))
        .function(
            "[method]context.working-page-count",
            self,
            U32,
            (guest, context) -> value(() -> (long) context.engine().workingPages()))
        .function(
            "[method]context.working-page-token-count",
            self,
            U32,
            (guest, context) -> value(() -> (long) context.engine().workingTokens()))
        .function(
            "[method]context.commit-working-pages",
            self,
            U32,
            result(UNIT),
            (guest, context, n) ->
                attemptDo(() -> context.engine().commitWorkingPages(count("pages", n))))
        .function(
            "[method]context.reserve-working-pages",
            self,
            U32,
            result(UNIT),
            (guest, context, n) ->
                attemptDo(() -> context.engine().reserveWorkingPages(count("pages", n))))
        .function(
            "[method]context.release-working-pages",
            self,
            U32,
            UNIT,
            (guest, context, n) ->
                require(() -> context.engine().releaseWorkingPages(count("pages", n))))
        .function(
            "[method]context.truncate-working-page-tokens",
            self,
            U32,
            UNIT,
            (guest, context, n) ->
                require(() -> context.engine().truncateWorkingTokens(count("tokens", n))))
        .function(
            "[method]context.suspend",
            self,
            result(UNIT),
            (guest, context) -> attemptDo(() -> context.engine().suspend()))
        .function(
            "[method]context.bid",
            self,
            F64,
            UNIT,
            (guest, context, credits) -> require(() -> context.engine().bid(credits)))
        .drop(CONTEXT);
  }

  /** A context that is to get a name. */
  static Context named(Guest guest, HostContext context) {
    guest.process().require(Capability.SNAPSHOTS, "a named context");
    return context.engine();
  }

  /** The names that the guest may use. */
  static ContextNames names(Guest guest, ServedModel model) {
    guest.process().require(Capability.SNAPSHOTS, "a named context");
    return guest.process().inference().names(model);
  }
}
