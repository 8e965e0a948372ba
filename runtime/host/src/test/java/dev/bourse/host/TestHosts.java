package dev.bourse.host;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.Finished;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Hosts and guests that tests share. */
final class TestHosts {
  private TestHosts() {}

  static InferletHost host(ImportModule... more) {
    return new InferletHost(List.of(), Optional.empty(), List.of(more));
  }

  /**
   * A guest whose run does nothing but {@code code}, then returns the empty result at address 0.
   */
  static Wasm guest(String code) {
    return new Wasm()
        .memory(1, 16)
        .function("t:p/run#run", "i32 i32", "i32", code + " i32.const 0");
  }

  static Outcome run(InferletHost host, byte[] wasm, Execution execution, Limits limits)
      throws Exception {
    WasmProgram program = host.programs().load("test.wasm", wasm, execution);
    InferletProcess process = host.launch(LaunchRequest.of(program, "{}").withLimits(limits));
    return process.outcome().get(60, TimeUnit.SECONDS);
  }

  static Outcome run(InferletHost host, Wasm wasm) throws Exception {
    return run(host, wasm.build(), Execution.COMPILED, Limits.DEFAULT);
  }

  static String result(Outcome outcome) {
    return switch (outcome) {
      case Finished(String result) -> result;
      case Failed failed -> throw new AssertionError(failed);
    };
  }

  static Failed failure(Outcome outcome) {
    return switch (outcome) {
      case Failed failed -> failed;
      case Finished finished -> throw new AssertionError(finished);
    };
  }
}
