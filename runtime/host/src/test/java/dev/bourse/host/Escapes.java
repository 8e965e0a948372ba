package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.GuestValues.Case;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Guests that mean harm, beside one that draws tokens: each is stopped with the right error, leaves
 * nothing, and the neighbour gets its token in every step as before. Subclasses say which, in a
 * method {@code escapes}.
 */
abstract class Escapes {
  /** Tokens of the neighbour during and after each attempt. */
  private static final int TOKENS = 8;

  private static final double SHARE_MIN = 0.9;

  @TempDir private static Path folder;
  static AbiHost host;
  private static Neighbour neighbour;

  @BeforeAll
  static void start() throws Exception {
    host = new AbiHost(folder);
    neighbour = new Neighbour(host);
  }

  @AfterAll
  static void stop() throws Exception {
    neighbour.close();
    host.close();
  }

  /** Tries something and tells how it was stopped. */
  interface Attempt {
    String run() throws Exception;
  }

  /** What is tried, and what it must be stopped with. */
  record Escape(String name, String error, Attempt attempt) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("escapes")
  void isStoppedAndTheNeighbourGetsItsTokens(Escape escape) throws Exception {
    String message = escape.attempt().run();
    assertThat(message).contains(escape.error());
    assertThat(neighbour.tokensPerStep(TOKENS)).isGreaterThanOrEqualTo(SHARE_MIN);
  }

  static Limits limit(Limit limit, long max) {
    return Limits.DEFAULT.with(limit, max);
  }

  static final Limits SHORT = limit(Limit.CPU_TIME_MILLIS, 50);

  /** A module that is not even run, or ends by itself. */
  static Escape module(String name, String error, Limits limits, Wasm wasm) {
    return module(name, error, limits, Execution.COMPILED, wasm.build());
  }

  static Escape module(String name, String error, Limits limits, Execution execution, byte[] wasm) {
    return new Escape(
        name,
        error,
        () -> {
          WasmProgram program;
          try {
            program = host.programs().load("hostile", wasm, execution);
          } catch (ProgramException e) {
            return String.valueOf(e.getMessage());
          }
          InferletProcess process =
              host.host().launch(LaunchRequest.of(program, "{}").withLimits(limits));
          return message(process.outcome().get(60, TimeUnit.SECONDS));
        });
  }

  /** A guest that calls imports. */
  static Escape calls(String name, String error, Limits limits, AbiHost.Calls calls) {
    return calls(name, error, limits, Capabilities.ALL, calls);
  }

  static Escape calls(
      String name, String error, Limits limits, Capabilities granted, AbiHost.Calls calls) {
    return new Escape(
        name,
        error,
        () -> message(host.start(limits, granted, calls).outcome().get(60, TimeUnit.SECONDS)));
  }

  /** A guest that calls imports for as long as it may. */
  static Escape flood(String name, String error, Limits limits, AbiHost.Calls calls) {
    return calls(
        name,
        error,
        limits,
        made -> {
          for (int i = 0; i < 1_000_000; i++) {
            calls.make(made);
            made.reset();
          }
        });
  }

  static String message(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Failed.class);
    Failed failed = (Failed) outcome;
    assertThat(failed.kind()).as("%s", failed).isNotEqualTo(FailureKind.INTERNAL);
    return failed.message();
  }

  static Wasm start(String code) {
    return new Wasm().memory(1, 1).table(0, 4_000_000_000L).function("_start", "", "", code);
  }

  /** Ends the guest with the error that a call has answered, if it has. */
  static void refusedWith(Object result) {
    if (((Case) result).discriminant() != 0) {
      throw new GuestTrap(Samples.show(result));
    }
  }
}
