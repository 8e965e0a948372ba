package dev.bourse.bench;

import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What host calls that do almost nothing cost a guest, by what they pass, and how soon a guest that
 * was launched makes its first. The guest, {@code calls.wasm}, takes the time itself.
 */
final class HostCalls {
  private static final int LAUNCHES = 2000;

  /** Calls of a round, as in {@code calls.wat}. */
  private static final int CALLS = 10_000;

  /** Rounds that come before those that count. */
  private static final int WARM_UPS = 50;

  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Limit.CPU_TIME_MILLIS, Limit.CPU_TIME_MILLIS.ceiling())
          .with(Limit.OUTPUT_BYTES, Limit.OUTPUT_BYTES.ceiling())
          .with(Limit.HELD_BYTES, Limit.HELD_BYTES.ceiling());

  private static final Kind LOOP = new Kind('e', "the loop without a call", "");

  private static final List<Kind> KINDS =
      List.of(
          new Kind('n', "no arguments, a number out", "monotonic-clock.now"),
          new Kind('h', "a handle in, a number out", "context.tokens-per-page"),
          new Kind('s', "a string of 64 bytes in", "session.send"),
          new Kind('l', "a handle and a list of 1,000 u32 in", "forward-pass.logit-mask"),
          new Kind('v', "a string of 12 bytes out", "runtime.version"),
          new Kind('m', "a list of one string out", "runtime.models"));

  private HostCalls() {}

  /**
   * A host call.
   *
   * @param letter how the guest is told
   * @param passes what the call passes
   * @param function the import that stands for its kind
   */
  private record Kind(char letter, String passes, String function) {}

  /** From the launch of a guest that is loaded to the first host call that it makes. */
  static void launches(Report report, InferletHost host) throws IOException {
    report.title("From the launch of a small guest to its first host call, warm");
    report.header("execution", "launches", "p50, microseconds", "p99");
    for (Execution execution : Execution.values()) {
      WasmProgram program = load(host, execution);
      Times times = new Times();
      for (int i = -LAUNCHES; i < LAUNCHES; i++) {
        AtomicLong arrival = new AtomicLong();
        long begin = System.nanoTime();
        run(host, program, "", file -> arrival.set(System.nanoTime()));
        if (i >= 0) { // The others warm up.
          times.add(arrival.get() - begin);
        }
      }
      report.row(
          "%s | %d | %.0f | %.0f",
          name(execution), LAUNCHES, times.medianMicros(), times.percentileMicros(99));
    }
  }

  /** A call of each kind, without the loop that it stands in. */
  static void costs(Report report, InferletHost host) throws IOException {
    report.title("A host call, nanoseconds, median of %d rounds".formatted(WARM_UPS));
    report.header("passes", "import", "compiled", "interpreted");
    WasmProgram compiled = load(host, Execution.COMPILED);
    WasmProgram interpreted = load(host, Execution.INTERPRETED);
    for (Kind kind : KINDS) { // So that no kind has the call site to itself.
      nanos(host, compiled, kind);
      nanos(host, interpreted, kind);
    }
    double compiledLoop = nanos(host, compiled, LOOP);
    double interpretedLoop = nanos(host, interpreted, LOOP);
    report.row("%s | | %.1f | %.1f", LOOP.passes(), compiledLoop, interpretedLoop);
    for (Kind kind : KINDS) {
      report.row(
          "%s | `%s` | %.0f | %.0f",
          kind.passes(),
          kind.function(),
          nanos(host, compiled, kind) - compiledLoop,
          nanos(host, interpreted, kind) - interpretedLoop);
    }
  }

  private static String name(Execution execution) {
    return execution == Execution.COMPILED ? "compiled" : "interpreted";
  }

  private static WasmProgram load(InferletHost host, Execution execution) throws IOException {
    try (InputStream in = HostCalls.class.getResourceAsStream("/calls/calls.wasm")) {
      return host.programs().load("calls", Objects.requireNonNull(in).readAllBytes(), execution);
    }
  }

  private static double nanos(InferletHost host, WasmProgram program, Kind kind) {
    List<byte[]> rounds = new ArrayList<>();
    run(host, program, String.valueOf(kind.letter()), rounds::add);
    Times times = new Times();
    for (byte[] round : rounds.subList(1 + WARM_UPS, rounds.size())) {
      times.add(ByteBuffer.wrap(round).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }
    return times.medianMicros() * 1e3 / CALLS;
  }

  private static void run(InferletHost host, WasmProgram program, String input, Files files) {
    LaunchRequest request = LaunchRequest.of(program, input).withLimits(LIMITS).withOutput(files);
    InferletProcess process = host.launch(request);
    if (process.outcome().join() instanceof Outcome.Failed failed) {
      throw new IllegalStateException(failed.message());
    }
  }

  /** Receives the files that a guest sends, and nothing else. */
  private interface Files extends OutputListener {
    @Override
    void file(byte[] bytes);

    @Override
    default void text(String text) {}

    @Override
    default void stdout(byte[] bytes) {}

    @Override
    default void stderr(byte[] bytes) {}
  }
}
