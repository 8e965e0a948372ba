package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static dev.bourse.host.TestHosts.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.abi.WitTypes;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Guests that mean harm: each ends with an error that says why, and a neighbour notices nothing.
 */
class HostileGuestsTest {
  /** Stops the neighbour's loop of host calls. */
  private final AtomicBoolean neighbourMayEnd = new AtomicBoolean();

  private final InferletHost host =
      TestHosts.host(
          new ImportModule("test:neighbour")
              .function("busy", WitTypes.BOOL, guest -> !neighbourMayEnd.get()));

  private InferletProcess neighbour;

  @BeforeEach
  void startNeighbour() {
    Wasm guest =
        new Wasm()
            .imports("test:neighbour", "busy", "", "i32")
            .imports("bourse:entry", "result-ok", "i32 i32", "")
            .memory(1, 1)
            .data(0, "well")
            .function(
                "_start", "", "", "loop call 0 br_if 0 end  i32.const 0  i32.const 4  call 1");
    WasmProgram program = host.programs().load("neighbour", guest.build(), Execution.COMPILED);
    neighbour = host.launch(LaunchRequest.of(program, "{}"));
  }

  @AfterEach
  void theNeighbourIsWell() throws Exception {
    neighbourMayEnd.set(true);
    assertThat(result(neighbour.outcome().get(60, TimeUnit.SECONDS))).isEqualTo("well");
    host.close();
  }

  private static Wasm start(String code) {
    return new Wasm().memory(1, 1).table(0, 4_000_000_000L).function("_start", "", "", code);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anEndlessLoopEndsAtItsCpuLimit(Execution execution) throws Exception {
    Limits limits = Limits.DEFAULT.with(Limit.CPU_TIME_MILLIS, 50);
    Failed failed = failure(run(host, start("loop br 0 end").build(), execution, limits));
    assertThat(failed.kind()).isEqualTo(FailureKind.LIMIT);
    assertThat(failed.message()).isEqualTo("limit cpu-time-millis exceeded: 60, allowed 50");
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anEndlessLoopEndsAtItsWallLimit(Execution execution) throws Exception {
    Limits limits = Limits.DEFAULT.with(Limit.WALL_TIME_MILLIS, 50);
    Failed failed = failure(run(host, start("loop br 0 end").build(), execution, limits));
    assertThat(failed.kind()).isEqualTo(FailureKind.LIMIT);
    assertThat(failed.message())
        .startsWith("limit wall-time-millis exceeded: ")
        .endsWith("allowed 50");
  }

  @Test
  void aSleeperEndsAtItsWallLimit() throws Exception {
    Wasm sleeper =
        new Wasm()
            .imports("wasi:clocks/monotonic-clock@0.2.0", "subscribe-duration", "i64", "i32")
            .imports("wasi:io/poll@0.2.0", "[method]pollable.block", "i32", "")
            .function("_start", "", "", "i64.const 3600000000000  call 0  call 1");
    Limits limits = Limits.DEFAULT.with(Limit.WALL_TIME_MILLIS, 50);
    assertThat(failure(run(host, sleeper.build(), Execution.COMPILED, limits)).message())
        .startsWith("limit wall-time-millis exceeded: ");
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void aLoopCannotBeKeptFromTermination(Execution execution) throws Exception {
    WasmProgram program = host.programs().load("loop", start("loop br 0 end").build(), execution);
    InferletProcess process = host.launch(LaunchRequest.of(program, "{}"));
    process.terminate("asked to");
    assertThat(process.outcome().get(30, TimeUnit.SECONDS))
        .isEqualTo(new Failed(FailureKind.TERMINATED, "asked to"));
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void manyLoopsDoNotKeepOthersFromRunning(Execution execution) throws Exception {
    WasmProgram program = host.programs().load("loop", start("loop br 0 end").build(), execution);
    List<InferletProcess> loops = new ArrayList<>();
    for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
      loops.add(host.launch(LaunchRequest.of(program, "{}")));
    }
    Wasm quick =
        new Wasm()
            .imports("bourse:entry", "result-ok", "i32 i32", "")
            .memory(1, 1)
            .data(0, "done")
            .function("_start", "", "", "i32.const 0  i32.const 4  call 0");
    assertThat(result(run(host, quick))).isEqualTo("done");
    for (InferletProcess loop : loops) {
      assertThat(loop.state()).isEqualTo(InferletProcess.State.RUNNING);
      loop.terminate("test is over");
    }
  }

  @Test
  void aHugeInitialMemoryIsRefusedBeforeItIsAllocated() throws Exception {
    Wasm guest = new Wasm().memory(65_536, 65_536).function("_start", "", "", "");
    assertThat(failure(run(host, guest)))
        .isEqualTo(
            new Failed(FailureKind.LIMIT, "limit memory-pages exceeded: 65536, allowed 1024"));
  }

  @Test
  void memoryGrowsToItsLimitAndNoFurther() throws Exception {
    Wasm guest =
        new Wasm()
            .memory(1, 65_536)
            .function(
                "_start",
                "",
                "",
                "loop i32.const 1 memory.grow i32.const -1 i32.ne br_if 0 end"
                    + "  memory.size  i32.const 8  i32.ne  if unreachable end");
    Limits limits = Limits.DEFAULT.with(Limit.MEMORY_PAGES, 8);
    assertThat(failure(run(host, guest.build(), Execution.COMPILED, limits)).message())
        .isEqualTo("the inferlet ended without a result");
  }

  @Test
  void aTrapInTheStartFunctionIsReported() throws Exception {
    Wasm guest =
        new Wasm()
            .memory(1, 1)
            .function("_start", "", "", "")
            .function("", "", "", "unreachable")
            .start();
    Failed failed = failure(run(host, guest));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains("cannot be instantiated").contains("unreachable");
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void endlessRecursionExhaustsItsOwnStackOnly(Execution execution) throws Exception {
    Wasm guest = new Wasm().function("_start", "", "", "call 0");
    Failed failed = failure(run(host, guest.build(), execution, Limits.DEFAULT));
    assertThat(failed.kind()).isEqualTo(FailureKind.LIMIT);
    assertThat(failed.message()).contains("limit stack exceeded");
  }

  @Test
  void aTableBombIsRefusedBeforeItIsAllocated() throws Exception {
    Wasm guest = new Wasm().table(9_999_999, 9_999_999).function("_start", "", "", "");
    assertThat(failure(run(host, guest)).message())
        .isEqualTo("limit table-elements exceeded: 9999999, allowed 100000");
  }

  @Test
  void aTableGrowsToItsLimitAndNoFurtherAndForItsOwnInstanceOnly() throws Exception {
    Wasm guest =
        start(
            "ref.null i32.const 10 table.grow 0  if unreachable end"
                + "  loop ref.null i32.const 1000 table.grow 0  i32.const -1 i32.ne br_if 0 end");
    Limits limits = Limits.DEFAULT.with(Limit.TABLE_ELEMENTS, 5_000);
    for (int i = 0; i < 2; i++) {
      assertThat(failure(run(host, guest.build(), Execution.COMPILED, limits)).message())
          .isEqualTo("the inferlet ended without a result");
    }
  }

  @Test
  void aDataSegmentOutsideMemoryIsReported() throws Exception {
    Wasm guest = new Wasm().memory(1, 1).data(65_535, "xyz").function("_start", "", "", "");
    Failed failed = failure(run(host, guest));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains("out of bounds");
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anAccessOutsideMemoryTraps(Execution execution) throws Exception {
    Wasm guest = start("i32.const -4  i32.load  drop");
    Failed failed = failure(run(host, guest.build(), execution, Limits.DEFAULT));
    assertThat(failed.kind()).isEqualTo(FailureKind.TRAP);
    assertThat(failed.message()).contains("out of bounds");
  }
}
