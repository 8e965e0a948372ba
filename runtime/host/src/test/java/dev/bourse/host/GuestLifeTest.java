package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static dev.bourse.host.TestHosts.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How guests are entered, how they end, and what they can say meanwhile. */
class GuestLifeTest {
  private final InferletHost host = TestHosts.host();

  @AfterEach
  void close() {
    host.close();
  }

  /** Returns its input: {@code result<string, string>} of the given case at address 512. */
  private static Wasm echo(String export, int discriminant) {
    return new Wasm()
        .memory(1, 16)
        .bumpAllocator()
        .function(
            export,
            "i32 i32",
            "i32",
            "i32.const 512  i32.const "
                + discriminant
                + "  i32.store8"
                + "  i32.const 516  local.get 0  i32.store"
                + "  i32.const 520  local.get 1  i32.store  i32.const 512");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme:my-inferlet/run#run",
        "acme:my-inferlet/run@0.1.0#run",
        "cm32p2|acme:my-inferlet/run|run",
        "__run"
      })
  void aReactorIsEnteredByAnyOfTheNamesOfRun(String export) throws Exception {
    WasmProgram program = host.programs().load("e", echo(export, 0).build(), Execution.COMPILED);
    String input = "{\"prompt\":\"¿qué? 日本 🦆\"}";
    assertThat(result(host.launch(LaunchRequest.of(program, input)).outcome().get()))
        .isEqualTo(input);
  }

  @ParameterizedTest
  @EnumSource(Execution.class)
  void anErrorThatTheInferletReturnsIsItsOwn(Execution execution) throws Exception {
    Failed failed = failure(run(host, echo("__run", 1).build(), execution, Limits.DEFAULT));
    assertThat(failed).isEqualTo(new Failed(FailureKind.ERROR, "{}"));
  }

  @Test
  void theResultAreaIsFreedByThePostReturnFunction() throws Exception {
    Wasm guest =
        echo("t:p/run#run", 0)
            .function(
                "cabi_post_t:p/run#run",
                "i32",
                "",
                "i32.const 512  local.get 0  i32.ne"
                    + " if unreachable end  i32.const 0  i32.const 1  i32.store unreachable");
    assertThat(failure(run(host, guest)).kind()).isEqualTo(FailureKind.TRAP);
  }

  @Test
  void aResultWithAnInvalidDiscriminantTraps() throws Exception {
    assertThat(failure(run(host, echo("__run", 7))).message())
        .contains("discriminant 7 of a variant with 2 cases");
  }

  @Test
  void aResultAreaOutsideMemoryTraps() throws Exception {
    Wasm guest =
        new Wasm().memory(1, 1).bumpAllocator().function("__run", "i32 i32", "i32", "i32.const -8");
    assertThat(failure(run(host, guest)).message())
        .contains("span of 12 bytes at address 4294967288 is outside the memory of 65536 bytes");
  }

  @Test
  void aModuleWithoutAllocatorIsToldWhatItLacks() throws Exception {
    Wasm guest = new Wasm().memory(1, 1).function("__run", "i32 i32", "i32", "i32.const 0");
    assertThat(failure(run(host, guest)).message()).contains("exports no cabi_realloc");
  }

  private static Wasm command(String code) {
    return new Wasm()
        .imports("bourse:entry", "input-length", "", "i32")
        .imports("bourse:entry", "input-read", "i32", "")
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .imports("bourse:entry", "result-error", "i32 i32", "")
        .imports("wasi_snapshot_preview1", "proc_exit", "i32", "")
        .memory(1, 1)
        .function("_start", "", "", code);
  }

  private static final String ECHO = "i32.const 64  call 1  i32.const 64  call 0  call 2";

  @Test
  void aCommandReadsItsInputAndReportsItsResult() throws Exception {
    assertThat(result(run(host, command(ECHO)))).isEqualTo("{}");
  }

  @Test
  void aCommandMayExitWithZeroAfterItsResult() throws Exception {
    assertThat(result(run(host, command(ECHO + " i32.const 0 call 4")))).isEqualTo("{}");
  }

  @Test
  void aCommandThatExitsWithAnErrorFailsWhateverItReported() throws Exception {
    assertThat(failure(run(host, command(ECHO + " i32.const 3 call 4"))))
        .isEqualTo(new Failed(FailureKind.ERROR, "exited with code 3"));
  }

  @Test
  void aCommandWithoutResultFails() throws Exception {
    assertThat(failure(run(host, command(""))))
        .isEqualTo(new Failed(FailureKind.ERROR, "the inferlet ended without a result"));
  }

  @Test
  void aSecondResultTraps() throws Exception {
    assertThat(failure(run(host, command(ECHO + " " + ECHO))).message())
        .contains("reported its result twice");
  }

  @Test
  void anInputReadOutsideMemoryTraps() throws Exception {
    assertThat(failure(run(host, command("i32.const 65535  call 1"))).message())
        .contains("span of 2 bytes at address 65535");
  }

  /** Writes "hi" to a file descriptor of WASI preview 1. */
  private static Wasm printer(int descriptor) {
    return new Wasm()
        .imports("wasi_snapshot_preview1", "fd_write", "i32 i32 i32 i32", "i32")
        .imports("bourse:entry", "result-ok", "i32 i32", "")
        .memory(1, 1)
        .data(8, new byte[] {16, 0, 0, 0, 2, 0, 0, 0, 'h', 'i'})
        .function(
            "_start",
            "",
            "",
            "i32.const "
                + descriptor
                + "  i32.const 8  i32.const 1  i32.const 0  call 0  drop"
                + "  i32.const 0  i32.const 0  call 1");
  }

  @Test
  void standardOutputAndErrorReachTheListener() throws Exception {
    List<String> heard = new ArrayList<>();
    OutputListener listener =
        new OutputListener() {
          @Override
          public void text(String text) {
            heard.add("text " + text);
          }

          @Override
          public void stdout(byte[] bytes) {
            heard.add("stdout " + new String(bytes, StandardCharsets.UTF_8));
          }

          @Override
          public void stderr(byte[] bytes) {
            heard.add("stderr " + new String(bytes, StandardCharsets.UTF_8));
          }
        };
    for (int descriptor : new int[] {1, 2}) {
      WasmProgram program =
          host.programs().load("p", printer(descriptor).build(), Execution.COMPILED);
      result(host.launch(LaunchRequest.of(program, "{}").withOutput(listener)).outcome().get());
    }
    assertThat(heard).containsExactly("stdout hi", "stderr hi");
  }

  @Test
  void whatAGuestWritesIsBounded() throws Exception {
    Limits output = Limits.DEFAULT.with(Limit.OUTPUT_BYTES, 1);
    assertThat(failure(run(host, printer(1).build(), Execution.COMPILED, output)))
        .isEqualTo(new Failed(FailureKind.LIMIT, "limit output-bytes exceeded: 2, allowed 1"));
    Limits log = Limits.DEFAULT.with(Limit.LOG_BYTES, 1);
    assertThat(failure(run(host, printer(2).build(), Execution.COMPILED, log)))
        .isEqualTo(new Failed(FailureKind.LIMIT, "limit log-bytes exceeded: 2, allowed 1"));
  }

  @Test
  void terminatingABlockedGuestEndsItAtOnce() throws Exception {
    Wasm sleeper =
        new Wasm()
            .imports("wasi:clocks/monotonic-clock@0.2.3", "subscribe-duration", "i64", "i32")
            .imports("wasi:io/poll@0.2.3", "[method]pollable.block", "i32", "")
            .memory(1, 1)
            .function("_start", "", "", "i64.const -1  call 0  call 1");
    WasmProgram program = host.programs().load("s", sleeper.build(), Execution.COMPILED);
    InferletProcess process = host.launch(LaunchRequest.of(program, "{}"));
    assertThat(process.outcome()).isNotDone();
    process.terminate("enough");
    assertThat(process.outcome().get(30, TimeUnit.SECONDS))
        .isEqualTo(new Failed(FailureKind.TERMINATED, "enough"));
    assertThat(process.state()).isEqualTo(InferletProcess.State.ENDED);
    assertThat(host.processes()).isEmpty();
  }
}
