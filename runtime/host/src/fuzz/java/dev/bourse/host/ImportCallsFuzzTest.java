package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes, read as calls of imports with their arguments, end in results, errors and traps; every
 * page comes back.
 */
class ImportCallsFuzzTest {
  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Limit.WALL_TIME_MILLIS, 2_000)
          .with(Limit.ARGUMENT_BYTES, 1 << 16)
          .with(Limit.HANDLES, 64)
          .with(Limit.CONTEXTS, 8)
          .with(Limit.FUTURES, 8);

  /** They wait for what need not come. */
  private static final Set<String> WAITING = Set.of("poll", "[method]pollable.block");

  private static final int CALLS_MAX = 200;

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

  /** Draws what the bytes say; zeros when they are used up. */
  private static final class ByteRandom extends Random {
    private static final long serialVersionUID = 1;

    private final transient byte[] bytes;
    private int at;

    ByteRandom(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean isOver() {
      return at >= bytes.length;
    }

    @Override
    protected int next(int bits) {
      if (bytes == null) {
        return 0; // while it is being made
      }
      int value = 0;
      for (int taken = 0; taken < bits; taken += Byte.SIZE) {
        value = value << Byte.SIZE | (isOver() ? 0 : bytes[at++] & 0xff);
      }
      return bits == Integer.SIZE ? value : value & ((1 << bits) - 1);
    }
  }

  @FuzzTest(maxDuration = "20m")
  void calls(byte[] bytes) throws Exception {
    InferletProcess process = host.start(LIMITS, guest -> play(guest, new ByteRandom(bytes)));
    if (process.outcome().get(60, TimeUnit.SECONDS) instanceof Failed failed) {
      assertThat(failed.kind()).as(failed.toString()).isNotEqualTo(FailureKind.INTERNAL);
    }
    AbiHost.untilZero(
        "pages", () -> host.engine().pageUse().pages() - host.engine().pageUse().free());
  }

  private static void play(AbiCalls guest, ByteRandom random) {
    RandomValues values = new RandomValues(guest, random);
    var imports =
        guest.player().all().imports().stream()
            .filter(one -> one.call().signature().isPresent())
            .filter(one -> !WAITING.contains(one.name()))
            .toList();
    values.begin();
    for (int i = 0; i < CALLS_MAX && !random.isOver(); i++) {
      var wanted = imports.get(random.nextInt(imports.size()));
      if (values.canCall(wanted)) {
        values.call(wanted);
        guest.reset();
      }
    }
  }
}
