package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.AbiGuest.Import;
import dev.bourse.host.abi.Guest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limit;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Guests that call imports at random, with handles they have and handles they have not, and with
 * memory that is theirs and memory that is not; some are stopped in the middle. Each comes to an
 * end that is the guest's own doing, and leaves nothing. {@code -Dbourse.fuzz.sequences} says how
 * many there are, {@code -Dbourse.fuzz.seed} which.
 */
class ImportSequencesTest {
  private static final int SEQUENCES = Integer.getInteger("bourse.fuzz.sequences", 1_000);
  private static final long SEED = Long.getLong("bourse.fuzz.seed", 5);
  private static final int AT_ONCE = 4;
  private static final int CALLS_MAX = 48;
  private static final int STOPPED_EVERY = 8;

  private static final Limits LIMITS =
      Limits.DEFAULT
          .with(Limit.WALL_TIME_MILLIS, 2_000)
          .with(Limit.ARGUMENT_BYTES, 1 << 16)
          .with(Limit.HANDLES, 64)
          .with(Limit.CONTEXTS, 8)
          .with(Limit.FUTURES, 8);

  private static final Set<String> WAITING = Set.of("poll", "[method]pollable.block");

  /** What is paid for stays in memory when the guest is gone, as it should. */
  private static final String KEEPS_PAGES = "bourse:market [static]model.fund";

  @TempDir private static Path folder;
  private static AbiHost host;

  private final Queue<Guest> guests = new ConcurrentLinkedQueue<>();
  private final AtomicLong calls = new AtomicLong();

  @BeforeAll
  static void start() throws Exception {
    host = new AbiHost(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    host.close();
  }

  @Test
  void randomCallsEndInAnOutcomeAndLeaveNothing() throws Exception {
    Map<String, Integer> ends = new TreeMap<>();
    int threads = Thread.getAllStackTraces().size();
    for (int first = 0; first < SEQUENCES; first += AT_ONCE) {
      batch(first, Math.min(first + AT_ONCE, SEQUENCES), ends);
    }
    System.out.printf(
        "import sequences: %,d with %,d calls, ended by %s%n", SEQUENCES, calls.get(), ends);
    assertThat(calls.get()).isGreaterThan(SEQUENCES);
    assertThat(Thread.getAllStackTraces().size()).isLessThan(threads + 16);
  }

  private void batch(int first, int end, Map<String, Integer> ends) throws Exception {
    List<InferletProcess> running = new ArrayList<>();
    for (int number = first; number < end; number++) {
      Random random = new Random(SEED * 1_000_003 + number);
      running.add(host.start(LIMITS, made -> play(made, random)));
      if (number % STOPPED_EVERY == 0) {
        InferletProcess process = running.getLast();
        long nanos = random.nextInt(30_000_000);
        Thread.startVirtualThread(
            () -> {
              LockSupport.parkNanos(nanos);
              process.terminate("stopped by the test");
            });
      }
    }
    for (int i = 0; i < running.size(); i++) {
      Outcome outcome = running.get(i).outcome().get(60, TimeUnit.SECONDS);
      if (outcome instanceof Failed failed) {
        assertThat(failed.kind())
            .as("sequence %d: %s", first + i, failed)
            .isNotEqualTo(FailureKind.INTERNAL);
      }
      ends.merge(label(outcome), 1, Integer::sum);
    }
    for (Guest guest = guests.poll(); guest != null; guest = guests.poll()) {
      Guest ended = guest;
      assertThat(ended.openHandles()).as("open handles").isZero();
      AbiHost.untilZero("futures", () -> ended.futures().taken());
      AbiHost.untilZero("held bytes", ended::heldBytes);
    }
    AbiHost.untilZero(
        "pages in use after sequence " + end,
        () -> host.engine().pageUse().pages() - host.engine().pageUse().free());
  }

  private static String label(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished _ -> "finished";
      case Failed(FailureKind kind, String message) when kind == FailureKind.LIMIT ->
          message.substring(0, message.indexOf(' ', "limit ".length()));
      case Failed failed -> failed.kind().name().toLowerCase(Locale.ROOT);
    };
  }

  private void play(AbiCalls made, Random random) {
    guests.add(made.player().guest());
    RandomValues values = new RandomValues(made, random);
    List<Import> imports =
        made.player().all().imports().stream()
            .filter(each -> each.call().signature().isPresent())
            .filter(each -> !each.toString().equals(KEEPS_PAGES))
            .toList();
    values.begin();
    for (int i = 0; i < CALLS_MAX; i++) {
      Import wanted = imports.get(random.nextInt(imports.size()));
      boolean futile = !values.canCall(wanted) || WAITING.contains(wanted.name());
      if (futile && random.nextInt(100) > 0) {
        i--; // it would only trap on a handle that there is not, or wait for what does not come
        continue;
      }
      try {
        values.call(wanted);
      } catch (OutOfMemoryError e) {
        throw new AssertionError(wanted + " takes memory without a bound", e);
      }
      calls.incrementAndGet();
      made.reset();
    }
  }
}
