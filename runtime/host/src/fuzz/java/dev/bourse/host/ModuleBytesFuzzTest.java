package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.WasmProgram;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes are refused as a module with the reason, or run to an end that is no fault of ours. */
class ModuleBytesFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Limit.CPU_TIME_MILLIS, 50)
          .with(Limit.WALL_TIME_MILLIS, 2_000)
          .with(Limit.MEMORY_PAGES, 64)
          .with(Limit.OUTPUT_BYTES, 1 << 16)
          .with(Limit.LOG_BYTES, 1 << 16);

  @TempDir static Path folder;
  private static AbiHost host;

  @BeforeAll
  static void start() throws Exception {
    host = new AbiHost(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @FuzzTest(maxDuration = "10m")
  void bytes(byte[] module) throws Exception {
    WasmProgram program;
    try {
      program = host.programs().load("fuzzed", module, Execution.INTERPRETED);
    } catch (ProgramException e) {
      assertThat(e).hasMessageStartingWith("fuzzed: ");
      return;
    }
    InferletProcess process =
        host.host().launch(LaunchRequest.of(program, "{}").withLimits(LIMITS));
    if (process.outcome().get(60, TimeUnit.SECONDS) instanceof Failed failed) {
      assertThat(failed.kind()).as(failed.toString()).isNotEqualTo(FailureKind.INTERNAL);
    }
  }
}
