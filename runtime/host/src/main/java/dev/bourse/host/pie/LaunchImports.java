package dev.bourse.host.pie;

import static dev.bourse.host.abi.EngineCalls.attempt;
import static dev.bourse.host.abi.WitTypes.BOOL;
import static dev.bourse.host.abi.WitTypes.F64;
import static dev.bourse.host.abi.WitTypes.STRING;
import static dev.bourse.host.abi.WitTypes.U64;
import static dev.bourse.host.abi.WitTypes.UNIT;
import static dev.bourse.host.abi.WitTypes.borrow;
import static dev.bourse.host.abi.WitTypes.option;
import static dev.bourse.host.abi.WitTypes.own;
import static dev.bourse.host.abi.WitTypes.record;
import static dev.bourse.host.abi.WitTypes.result;

import dev.bourse.engine.Budget;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.Pollable;
import dev.bourse.host.abi.ResourceType;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.Unit;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Children of a process: the part of {@code pie:core/runtime}, and {@code bourse:runtime}. */
public final class LaunchImports {
  private LaunchImports() {}

  /** A process that the guest launched. */
  private record Child(Guest parent, InferletProcess process, CompletableFuture<Outcome> outcome) {
    /** Lets it go on by itself. */
    void detach() {
      var _ = outcome.thenAccept(ended -> parent.letGo(bytes(ended)));
    }

    /** Stops it: nobody would hear of it any more. */
    void orphan() {
      process.terminate("its parent has ended");
      detach();
    }
  }

  private static final ResourceType<Child> CHILD =
      ResourceType.of("child", Child.class, Child::detach, Child::orphan);

  private static final WitType<Optional<Long>> TOKENS = option(U64);

  /** {@code record budget { credits, endowment, tokens }}. */
  private static final WitType<Object[]> BUDGET = record(F64, U64, TOKENS);

  /** What children add to {@code pie:core/runtime}. */
  static ImportModule addTo(ImportModule runtime) {
    WitType<Child> self = borrow(CHILD);
    return runtime
        .function(
            "launch",
            STRING,
            STRING,
            result(own(CHILD)),
            (guest, program, input) -> launch(guest, program, input, () -> null))
        .function(
            "[method]child.pollable",
            self,
            own(Pollable.TYPE),
            (guest, child) -> Pollable.of(child.outcome()))
        .function(
            "[method]child.get", self, option(result(STRING)), (guest, child) -> outcome(child))
        .function("[method]child.pid", self, STRING, (guest, child) -> child.process().id())
        .function(
            "[method]child.cancel",
            self,
            UNIT,
            (guest, child) -> {
              child.process().terminate("its parent has cancelled it");
              return Unit.UNIT;
            })
        .drop(CHILD);
  }

  /** What the standard interface does not know: a launch with a budget, and that all is to end. */
  public static ImportModule extension() {
    return new ImportModule("bourse:runtime")
        .function(
            "launch",
            STRING,
            STRING,
            BUDGET,
            result(own(CHILD)),
            (guest, program, input, budget) -> launch(guest, program, input, () -> budget(budget)))
        .function("stopping", BOOL, guest -> guest.process().isStopping());
  }

  private static Budget budget(Object[] fields) {
    return new Budget(
        WitTypes.field(fields, 0, F64),
        WitTypes.field(fields, 1, U64),
        WitTypes.field(fields, 2, TOKENS).map(OptionalLong::of).orElseGet(OptionalLong::empty));
  }

  /**
   * @param budget refuses what cannot be one
   */
  private static Result<Child> launch(
      Guest guest, String program, String input, Supplier<@Nullable Budget> budget)
      throws InterruptedException {
    return attempt(
        () -> {
          guest.hold(0); // Results of earlier children may have filled what it may hold.
          InferletProcess process = guest.process().launch(program, input, budget.get());
          CompletableFuture<Outcome> outcome = process.outcome();
          var _ = outcome.thenAccept(ended -> guest.keep(bytes(ended)));
          guest.process().wakeOn(outcome);
          return new Child(guest, process, outcome);
        });
  }

  /** What the parent holds of a child that has ended. */
  private static long bytes(Outcome outcome) {
    return 2L
        * switch (outcome) {
          case Outcome.Finished finished -> finished.result().length();
          case Outcome.Failed failed -> failed.message().length();
        };
  }

  private static Optional<Result<String>> outcome(Child child) {
    return child.outcome().isDone()
        ? Optional.of(
            switch (child.outcome().join()) {
              case Outcome.Finished finished -> Result.ok(finished.result());
              case Outcome.Failed failed -> Result.err(failed.message());
            })
        : Optional.empty();
  }
}
