package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.ProgramException;
import dev.bourse.host.program.WasmProgram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Modules of this repository, with bytes changed, cut out, repeated and taken from one another, on
 * a host with a model. Each is refused with a reason or runs to an outcome that is its own doing,
 * and nothing of it is left. {@code -Dbourse.fuzz.modules} says how many there are, {@code
 * -Dbourse.fuzz.seed} which.
 */
class MutatedModulesTest {
  private static final int MODULES = Integer.getInteger("bourse.fuzz.modules", 1_000);
  private static final long SEED = Long.getLong("bourse.fuzz.seed", 5);
  private static final int COMPILED_ONE_IN = 12;

  /** What takes longer to compile than a test has time is interpreted. */
  private static final int COMPILED_BYTES_MAX = 32 << 10;

  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Limit.CPU_TIME_MILLIS, 50)
          .with(Limit.WALL_TIME_MILLIS, 2_000)
          .with(Limit.MEMORY_PAGES, 64)
          .with(Limit.OUTPUT_BYTES, 1 << 16)
          .with(Limit.LOG_BYTES, 1 << 16);

  @TempDir private Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = MutatedModulesTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static List<byte[]> modules(AbiHost host) throws IOException {
    byte[] table =
        new Wasm()
            .imports("bourse:entry", "result-ok", "i32 i32", "")
            .memory(1, 4)
            .table(4, 64)
            .bumpAllocator()
            .data(8, "well")
            .function("", "i32", "i32", "local.get 0 i32.const 3 i32.mul")
            .function("_start", "", "", "i32.const 8  i32.const 2 call 2 drop i32.const 4  call 0")
            .build();
    return List.of(
        resource("/guests/words.wasm"),
        Files.readAllBytes(Path.of("../../examples/fork-in-c/fork-in-c.wasm")),
        resource("/inferlets/text-completion/text-completion.wasm"),
        host.guest().wasm(),
        table);
  }

  @Test
  void everyMutantIsRefusedOrRunsToAnOutcomeOfItsOwn() throws Exception {
    int refused = 0;
    int ran = 0;
    try (AbiHost host = new AbiHost(folder)) {
      List<byte[]> seeds = modules(host);
      int threads = Thread.getAllStackTraces().size();
      for (int number = 0; number < MODULES; number++) {
        Random random = new Random(SEED * 7_919 + number);
        byte[] mutant = mutate(seeds, random);
        boolean compiled =
            mutant.length < COMPILED_BYTES_MAX && random.nextInt(COMPILED_ONE_IN) == 0;
        if (run(host, number, mutant, compiled ? Execution.COMPILED : Execution.INTERPRETED)) {
          ran++;
        } else {
          refused++;
        }
      }
      AbiHost.untilZero(
          "pages in use", () -> host.engine().pageUse().pages() - host.engine().pageUse().free());
      assertThat(host.host().processes()).isEmpty();
      assertThat(Thread.getAllStackTraces().size()).isLessThan(threads + 16);
    }
    System.out.printf("mutated modules: %,d refused, %,d run to their end%n", refused, ran);
    assertThat(refused).isGreaterThan(MODULES / 4);
    assertThat(ran).isGreaterThan(MODULES / 50);
  }

  private static boolean run(AbiHost host, int number, byte[] mutant, Execution execution)
      throws Exception {
    WasmProgram program;
    try {
      program = host.programs().load("mutant", mutant, execution);
    } catch (ProgramException e) {
      assertThat(e).hasMessageStartingWith("mutant: ");
      return false;
    }
    InferletProcess process =
        host.host()
            .launch(
                LaunchRequest.of(program, "{\"prompt\":\"a b\",\"max_tokens\":2}")
                    .withLimits(LIMITS));
    if (process.outcome().get(60, TimeUnit.SECONDS) instanceof Failed failed) {
      assertThat(failed.kind())
          .as("mutant %d: %s", number, failed)
          .isNotEqualTo(FailureKind.INTERNAL);
      assertThat(failed.message()).doesNotContain("the host ran out of memory");
    }
    return true;
  }

  private static byte[] mutate(List<byte[]> seeds, Random random) {
    byte[] mutant = seeds.get(random.nextInt(seeds.size())).clone();
    int times = 1 + random.nextInt(4);
    for (int i = 0; i < times; i++) {
      mutant = mutateOnce(mutant, seeds, random);
    }
    return mutant;
  }

  private static byte[] mutateOnce(byte[] wasm, List<byte[]> seeds, Random random) {
    int at = 8 + random.nextInt(wasm.length - 8);
    int length = Math.min(1 + random.nextInt(1 << random.nextInt(10)), wasm.length - at);
    return switch (random.nextInt(8)) {
      case 0, 1 -> {
        wasm[at] ^= (byte) (1 << random.nextInt(8));
        yield wasm;
      }
      case 2 -> {
        wasm[at] = (byte) random.nextInt();
        yield wasm;
      }
      // A number as large as they get where there was a small one.
      case 3 -> replace(wasm, at, 1, new byte[] {-1, -1, -1, -1, 0x0f});
      case 4 -> replace(wasm, at, 1, new byte[] {-1, -1, 0x3f});
      case 5 -> replace(wasm, at, length, new byte[0]);
      case 6 -> replace(wasm, at, 0, Arrays.copyOfRange(wasm, at, at + length));
      default -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length);
        byte[] piece = Arrays.copyOfRange(other, from, Math.min(from + length, other.length));
        yield replace(wasm, at, Math.min(length, wasm.length - at), piece);
      }
    };
  }

  private static byte[] replace(byte[] wasm, int at, int length, byte[] piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(wasm.length + piece.length);
    out.write(wasm, 0, at);
    out.writeBytes(piece);
    out.write(wasm, at + length, wasm.length - at - length);
    return out.size() > 9 ? out.toByteArray() : wasm;
  }
}
