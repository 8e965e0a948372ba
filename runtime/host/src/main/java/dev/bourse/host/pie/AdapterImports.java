package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.attempt;
import static dev.bourse.host.abi.EngineCalls.attemptDo;
import static dev.bourse.host.abi.EngineCalls.value;
import static dev.bourse.host.abi.WitTypes.F32;
import static dev.bourse.host.abi.WitTypes.F32_LIST;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U32;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.list;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.engine.Adapter;
import dev.bourse.engine.Adapters;
import dev.bourse.engine.EngineException;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.ServedModel;
import java.util.Optional;

/** {@code pie:core/adapter} and {@code pie:zo}: adapters of the user, and the search for them. */
public final class AdapterImports {
  private AdapterImports() {}

  /** A model's adapter. Dropping the handle leaves it to the user, under its name. */
  record HostAdapter(ServedModel model, Adapter adapter) {}

  static final ResourceType<HostAdapter> ADAPTER = ResourceType.of("adapter", HostAdapter.class);

  /** {@code rank, alpha, population-size, mu-fraction, initial-sigma}: as flat as parameters. */
  private static final WitType<Object[]> SEARCH = record(U32, F32, U32, F32, F32);

  public static ImportModule module() {
    WitType<HostAdapter> self = borrow(ADAPTER);
    WitType<ServedModel> model = borrow(ModelImports.MODEL);
    return new ImportModule("pie:core/adapter")
        .function(
            "[static]adapter.create",
            model,
            STRING,
            result(own(ADAPTER)),
            (guest, m, name) ->
                attempt(() -> new HostAdapter(m, adapters(guest, m).create(user(guest), name))))
        .function(
            "[static]adapter.open",
            model,
            STRING,
            option(own(ADAPTER)),
            (guest, m, name) -> value(() -> open(guest, m, name)))
        .function(
            "[method]adapter.fork",
            self,
            STRING,
            own(ADAPTER),
            (guest, adapter, name) ->
                value(() -> new HostAdapter(adapter.model, named(guest, adapter).fork(name))))
        .function(
            "[method]adapter.destroy",
            self,
            UNIT,
            (guest, adapter) -> {
              adapter.adapter.destroy();
              return Unit.UNIT;
            })
        .function(
            "[method]adapter.load",
            self,
            STRING,
            result(UNIT),
            (guest, adapter, path) -> attemptDo(() -> named(guest, adapter).load(path)))
        .function(
            "[method]adapter.save",
            self,
            STRING,
            result(UNIT),
            (guest, adapter, path) -> attemptDo(() -> named(guest, adapter).save(path)))
        .drop(ADAPTER);
  }

  /** Evolution strategies; {@code docs/adapters.md} gives the rule. */
  public static ImportModule search() {
    WitType<HostAdapter> self = borrow(ADAPTER);
    return new ImportModule("pie:zo/zo")
        .function(
            "adapter-seed",
            borrow(InferenceImports.PASS),
            U64,
            UNIT,
            (guest, pass, seed) -> pass.adapterSeed(seed))
        .function(
            "initialize",
            self,
            SEARCH,
            result(UNIT),
            (guest, adapter, search) ->
                attemptDo(
                    () ->
                        named(guest, adapter)
                            .search(
                                (int) (long) (Long) search[0],
                                (Float) search[1],
                                (int) (long) (Long) search[2],
                                (Float) search[3],
                                (Float) search[4])))
        .function(
            "update",
            self,
            F32_LIST,
            list(U64),
            F32,
            result(UNIT),
            (guest, adapter, scores, seeds, sigmaMax) ->
                attemptDo(
                    () ->
                        named(guest, adapter)
                            .update(
                                scores,
                                seeds.stream().mapToLong(Long::longValue).toArray(),
                                sigmaMax)));
  }

  private static Optional<HostAdapter> open(Guest guest, ServedModel model, String name) {
    return adapters(guest, model)
        .open(user(guest), name)
        .map(adapter -> new HostAdapter(model, adapter));
  }

  private static String user(Guest guest) {
    return guest.process().username();
  }

  private static Adapters adapters(Guest guest, ServedModel model) {
    requireCapability(guest);
    return model.engine().adapters();
  }

  private static Adapter named(Guest guest, HostAdapter adapter) {
    requireCapability(guest);
    return adapter.adapter;
  }

  private static void requireCapability(Guest guest) {
    if (!guest.process().capabilities().has(Capability.ADAPTERS)) {
      throw new EngineException(
          Capabilities.refusal(Capability.ADAPTERS, "an adapter under a name"));
    }
  }
}
