package dev.bourse.host;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasi.WasiExitException;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.abi.Imports;
import dev.bourse.host.abi.Result;
import dev.bourse.host.abi.WitType;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.process.Failures.InferletError;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.program.Entry;
import dev.bourse.host.program.WasmProgram;

/** Runs a guest module from its entry to its result. */
record GuestTask(WasmProgram program, Imports imports) implements InferletProcess.Task {

  private static final WitType<Result<String>> RESULT = WitTypes.result(WitTypes.STRING);

  @Override
  public String run(InferletProcess process) {
    Guest guest = new Guest(process);
    process.resources().onEnd(guest::close);
    Instance instance = program.instantiate(imports, guest, process.limits());
    return switch (program.entry()) {
      case Entry.Reactor reactor -> react(reactor, process, guest, instance);
      case Entry.Command command -> command(guest, instance);
      case Entry.Http http ->
          throw new InferletError(
              "it answers HTTP requests and nothing else; serve it, as bourse run NAME --http PORT"
                  + " does");
    };
  }

  private static String react(
      Entry.Reactor entry, InferletProcess process, Guest guest, Instance instance) {
    WitTypes.Span input = guest.allocateUtf8(process.input());
    int area = (int) instance.export(entry.run()).apply(input.address(), input.count())[0];
    Result<String> result = guest.load(RESULT, area);
    entry.postReturn().ifPresent(post -> instance.export(post).apply(area));
    return switch (result) {
      case Result.Ok<String>(String value) -> value;
      case Result.Err<String>(String message) -> throw new InferletError(message);
    };
  }

  private static String command(Guest guest, Instance instance) {
    try {
      instance.export(Entry.START).apply();
    } catch (WasiExitException e) {
      if (e.exitCode() != 0) {
        throw e;
      }
    }
    Result<String> result =
        guest
            .commandResult()
            .orElseThrow(() -> new InferletError("the inferlet ended without a result"));
    return switch (result) {
      case Result.Ok<String>(String value) -> value;
      case Result.Err<String>(String message) -> throw new InferletError(message);
    };
  }
}
