package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.attempt;
import static dev.bourse.host.abi.EngineCalls.attemptDo;
import static dev.bourse.host.abi.EngineCalls.require;
import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.F64;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.mapped;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.engine.AccountView;
import dev.bourse.engine.Context;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.ForwardResult;
import dev.bourse.engine.Price;
import dev.bourse.engine.StepStatistics;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.pie.InferenceImports.FutureOutput;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.HostContext;
import dev.bourse.host.process.ServedModel;
import dev.bourse.sdk.Market;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;

/** {@code pie:core/scheduling}, and {@code bourse:market}: what is bid, and what it costs. */
public final class MarketImports {
  private MarketImports() {}

  /** {@code record offers { per-token, per-page }}. */
  private static final WitType<Context.Bids> OFFERS =
      told(record(F64, F64), bids -> new Object[] {bids.perToken(), bids.perPage()});

  /** {@code record payment { slots, rent, dividend, queued-nanos }}. */
  private static final WitType<ForwardResult.Receipt> PAYMENT =
      told(
          record(F64, F64, F64, U64),
          receipt ->
              new Object[] {
                receipt.payment().slots(),
                receipt.payment().rent(),
                receipt.payment().dividend(),
                receipt.queuedNanos()
              });

  /** {@code record account { balance, endowment, endowments, dividend, tokens-left }}. */
  private static final WitType<AccountView> ACCOUNT =
      told(
          record(F64, U64, U64, F64, option(U64)),
          account ->
              new Object[] {
                account.balance(),
                account.endowment(),
                account.endowments(),
                account.dividend(),
                optional(account.tokensLeft())
              });

  /** {@code record price { step, slots, tokens, waiting, slot-price, page-price }}. */
  private static final WitType<Price> PRICE =
      told(
          record(U64, U32, U32, U32, F64, F64),
          price ->
              new Object[] {
                price.step(),
                (long) price.slots(),
                (long) price.tokens(),
                (long) price.waiting(),
                price.slotPrice(),
                price.pagePrice()
              });

  private static <T> WitType<T> told(WitType<Object[]> type, Function<T, Object[]> fields) {
    return mapped(
        type,
        fields,
        ignored -> {
          throw new IllegalStateException("guests are told this, and pass none");
        });
  }

  private static Optional<Long> optional(OptionalLong value) {
    return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
  }

  private static Optional<Double> optional(OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  public static ImportModule scheduling() {
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    WitType<HostContext> context = borrow(ContextImports.CONTEXT);
    return new ImportModule("pie:core/scheduling")
        .function("price", F64, guest -> value(() -> guest.process().inference().pagePrice()))
        .function("rent", context, F64, (guest, c) -> value(() -> c.engine().rent()))
        .function("dividend", model, F64, (guest, m) -> value(() -> account(guest, m).dividend()))
        .function("latency", context, F64, (guest, c) -> latencySeconds(c.model()))
        .function("balance", model, F64, (guest, m) -> value(() -> account(guest, m).balance()));
  }

  /** What the standard interface does not say about bids, prices and accounts. */
  public static ImportModule module() {
    WitType<HostContext> self = borrow(ContextImports.CONTEXT);
    return new ImportModule("bourse:market")
        .function(
            "[method]context.bids",
            self,
            F64,
            F64,
            UNIT,
            (guest, context, perToken, perPage) ->
                require(() -> context.engine().bid(perToken, perPage)))
        .function(
            "[method]context.auto-bid",
            self,
            UNIT,
            (guest, context) -> require(() -> context.engine().bidAutomatically()))
        .function(
            "[method]context.horizon",
            self,
            U32,
            UNIT,
            (guest, context, steps) ->
                require(() -> context.engine().horizon((int) Math.min(steps, Integer.MAX_VALUE))))
        .function(
            "[method]context.offers",
            self,
            OFFERS,
            (guest, context) -> value(() -> context.engine().bids()))
        .function(
            "[method]future-output.payment",
            borrow(FutureOutput.TYPE),
            option(PAYMENT),
            (guest, future) -> InferenceImports.done(future).map(ForwardResult::receipt))
        .function(
            "[static]model.account",
            borrow(ModelImports.MODEL),
            ACCOUNT,
            (guest, model) -> value(() -> account(guest, model)))
        .function(
            "[static]model.prices",
            borrow(ModelImports.MODEL),
            U32,
            list(PRICE),
            (guest, model, steps) ->
                model.engine().prices((int) Math.min(steps, Market.PRICES_MAX)))
        .function(
            "[static]model.fund",
            borrow(ModelImports.MODEL),
            STRING,
            F64,
            result(UNIT),
            (guest, model, name, credits) ->
                attemptDo(() -> named(guest, model).fundSnapshot(name, credits)))
        .function(
            "[static]model.funds",
            borrow(ModelImports.MODEL),
            STRING,
            result(option(F64)),
            (guest, model, name) ->
                attempt(() -> optional(named(guest, model).snapshotFunds(name))));
  }

  /** The account from which contexts under names are paid for. */
  private static EngineProcess named(Guest guest, ServedModel model) {
    guest.process().require(Capability.SNAPSHOTS, "a named context");
    return guest.process().inference().account(model);
  }

  private static AccountView account(Guest guest, ServedModel model) {
    return guest.process().inference().account(model).account();
  }

  /** The mean time of a step: what a context waits for its next one when all are served in turn. */
  public static double latencySeconds(ServedModel model) {
    StepStatistics statistics = model.engine().statistics();
    if (statistics.steps() == 0) {
      return 0;
    }
    long nanos =
        statistics.planNanos()
            + statistics.forwardNanos()
            + statistics.sampleNanos()
            + statistics.settleNanos();
    return nanos / 1e9 / statistics.steps();
  }
}
