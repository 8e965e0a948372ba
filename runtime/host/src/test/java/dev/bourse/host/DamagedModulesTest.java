package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.WasmProgram;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A real guest, cut short and bit-flipped thousands of times: loading says what is wrong, and what
 * still loads runs to an outcome. Nothing else comes out, and nothing hangs.
 */
class DamagedModulesTest {
  private static final int MUTATIONS = 2_500;
  private static final int COMPILED_EVERY = 10;

  private final InferletHost host = TestHosts.host();
  private final Limits tight =
      Limits.DEFAULT
          .with(Limit.CPU_TIME_MILLIS, 20)
          .with(Limit.WALL_TIME_MILLIS, 2_000)
          .with(Limit.MEMORY_PAGES, 64);
  private int refused;
  private int ran;

  @AfterEach
  void close() {
    host.close();
  }

  private static byte[] words() throws IOException {
    try (InputStream in = DamagedModulesTest.class.getResourceAsStream("/guests/words.wasm")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  @Test
  void theUndamagedGuestSortsItsWords() throws Exception {
    for (Execution execution : Execution.values()) {
      WasmProgram program = host.programs().load("words", words(), execution);
      assertThat(program.execution()).isEqualTo(execution);
      Outcome outcome =
          host.launch(LaunchRequest.of(program, "{the quick brown fox}")).outcome().get();
      assertThat(outcome).isEqualTo(new Outcome.Finished("brown fox quick the"));
    }
  }

  @Test
  void everyTruncationIsRefusedWithAReason() throws Exception {
    byte[] whole = words();
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      int length = i < whole.length ? i : random.nextInt(whole.length);
      tryToRun("cut to " + length, Arrays.copyOf(whole, length), Execution.INTERPRETED);
    }
    // A cut between two sections leaves a module, though seldom an inferlet.
    assertThat(refused).isGreaterThan(1_950);
  }

  @Test
  void everyMutationIsRefusedOrRunsToAnOutcome() throws Exception {
    byte[] whole = words();
    Random random = new Random(11);
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutant = whole.clone();
      int flips = 1 + random.nextInt(4);
      for (int flip = 0; flip < flips; flip++) {
        int at = random.nextInt(mutant.length);
        mutant[at] =
            (byte) (random.nextBoolean() ? mutant[at] ^ 1 << random.nextInt(8) : random.nextInt());
      }
      tryToRun(
          "mutation " + i,
          mutant,
          i % COMPILED_EVERY == 0 ? Execution.COMPILED : Execution.INTERPRETED);
    }
    assertThat(refused).isGreaterThan(MUTATIONS / 4);
    assertThat(ran).isGreaterThan(MUTATIONS / 20);
  }

  private void tryToRun(String name, byte[] wasm, Execution execution) throws Exception {
    WasmProgram program;
    try {
      program = host.programs().load(name, wasm, execution);
    } catch (ProgramException e) {
      refused++;
      assertThat(e).hasMessageStartingWith(name + ": ");
      assertThat(e.toString().length()).isGreaterThan(name.length() + 50);
      return;
    }
    Outcome outcome =
        host.launch(LaunchRequest.of(program, "{b a}").withLimits(tight))
            .outcome()
            .get(30, TimeUnit.SECONDS);
    ran++;
    if (outcome instanceof Outcome.Failed failed) {
      assertThat(failed.kind()).as("%s: %s", name, failed).isNotEqualTo(FailureKind.INTERNAL);
    }
  }
}
