package dev.bourse.host;

import static dev.bourse.host.TestHosts.failure;
import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Outcome.Failed;
import dev.bourse.host.process.Outcome.FailureKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting for several things at once, as the executors of async guests do; clocks, randomness. */
class PollTest {
  private static final String POLL = "wasi:io/poll@0.2.0";
  private static final String CLOCK = "wasi:clocks/monotonic-clock@0.2.0";
  private static final String WALL_CLOCK = "wasi:clocks/wall-clock@0.2.0";
  private static final String TYPES = "pie:core/types";
  private static final String MESSAGING = "pie:core/messaging";

  private static final long HOUR_NANOS = TimeUnit.HOURS.toNanos(1);

  private final InferletHost host = Driver.host();

  @AfterEach
  void close() {
    host.close();
  }

  private static int after(Driver guest, long nanos) throws InterruptedException {
    return (int) guest.call(CLOCK, "subscribe-duration", nanos);
  }

  private static List<Integer> poll(Driver guest, int... pollables) throws InterruptedException {
    int list = guest.area(4 * pollables.length);
    for (int i = 0; i < pollables.length; i++) {
      guest.storeInt(list + 4 * i, pollables[i]);
    }
    int area = guest.area(8);
    guest.call(POLL, "poll", list, pollables.length, area);
    List<Integer> ready = new ArrayList<>();
    for (int i = 0; i < guest.i32(area + 4); i++) {
      ready.add(guest.i32(guest.i32(area) + 4 * i));
    }
    return ready;
  }

  @Test
  void twoTimersAndAMessageAreWaitedForAtOnce() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    InferletProcess waiter =
        Driver.launch(
            host,
            request -> request,
            guest -> {
              int future = (int) guest.call(MESSAGING, "pull", guest.put("work"), 4);
              int message = (int) guest.call(TYPES, "[method]future-string.pollable", future);
              int never = after(guest, HOUR_NANOS);
              waiting.countDown();
              assertThat(poll(guest, never, message)).containsExactly(1);
              int soon = after(guest, TimeUnit.MILLISECONDS.toNanos(1));
              assertThat(poll(guest, never, soon)).containsExactly(1);
              assertThat(poll(guest, soon, never, message)).containsExactly(0, 2);
              int area = guest.area(12);
              guest.call(TYPES, "[method]future-string.get", future, area);
              assertThat(guest.stringAt(area + 4)).isEqualTo("now");
              for (int pollable : new int[] {message, never, soon}) {
                guest.call(POLL, "[resource-drop]pollable", pollable);
              }
              guest.call(TYPES, "[resource-drop]future-string", future);
              assertThat(guest.openHandles()).isZero();
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    result(
        Driver.run(
            host,
            guest -> guest.call(MESSAGING, "push", guest.put("work"), 4, guest.put("now"), 3)));
    result(waiter.outcome().get(60, TimeUnit.SECONDS));
  }

  @Test
  void aTimerIsReadyWhenItsTimeHasCome() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              long now = guest.call(CLOCK, "now");
              int past = (int) guest.call(CLOCK, "subscribe-instant", now);
              int zero = after(guest, 0);
              int later = (int) guest.call(CLOCK, "subscribe-instant", now + HOUR_NANOS);
              int longest = after(guest, -1);
              assertThat(guest.call(POLL, "[method]pollable.ready", past)).isEqualTo(1);
              assertThat(guest.call(POLL, "[method]pollable.ready", zero)).isEqualTo(1);
              assertThat(guest.call(POLL, "[method]pollable.ready", later)).isZero();
              assertThat(guest.call(POLL, "[method]pollable.ready", longest)).isZero();
              assertThat(poll(guest, later, past, longest, zero)).containsExactly(1, 3);
              int soon = after(guest, TimeUnit.MILLISECONDS.toNanos(1));
              guest.call(POLL, "[method]pollable.block", soon);
              assertThat(guest.call(POLL, "[method]pollable.ready", soon)).isEqualTo(1);
              assertThat(guest.call(CLOCK, "now")).isGreaterThan(now);
              assertThat(guest.call(CLOCK, "resolution")).isPositive();
            }));
  }

  @Test
  void aThousandTimersAreWaitedForInOneCall() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int[] timers = new int[1000];
              for (int i = 0; i < timers.length; i++) {
                timers[i] = after(guest, i == 777 ? 0 : HOUR_NANOS);
              }
              assertThat(poll(guest, timers)).containsExactly(777);
            }));
  }

  @Test
  void waitingForNothingTraps() throws Exception {
    assertThat(failure(Driver.run(host, guest -> poll(guest))))
        .isEqualTo(
            new Failed(
                FailureKind.TRAP, "trap: test:driver drive: poll of an empty list never returns"));
    assertThat(failure(Driver.run(host, guest -> poll(guest, 5))).message())
        .isEqualTo("trap: test:driver drive: handle 5 is not an open pollable of this inferlet");
  }

  @Test
  void aWaitCanBeEnded() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    InferletProcess process =
        Driver.launch(
            host,
            request -> request,
            guest -> {
              int never = after(guest, HOUR_NANOS);
              waiting.countDown();
              poll(guest, never, never);
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    process.terminate("enough");
    assertThat(process.outcome().get(60, TimeUnit.SECONDS))
        .isEqualTo(new Failed(FailureKind.TERMINATED, "enough"));
  }

  @Test
  void theWallClockTellsTheTime() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int area = guest.area(16);
              guest.call(WALL_CLOCK, "now", area);
              assertThat(guest.i64(area))
                  .isBetween(
                      Instant.now().getEpochSecond() - 60, Instant.now().getEpochSecond() + 60);
              assertThat(guest.i32(area + 8)).isBetween(0, 999_999_999);
              guest.call(WALL_CLOCK, "resolution", area);
              assertThat(guest.i64(area)).isZero();
              assertThat(guest.i32(area + 8)).isPositive();
            }));
  }

  @Test
  void randomnessDiffersAndIsBounded() throws Exception {
    result(
        Driver.run(
            host,
            guest -> {
              int area = guest.area(16);
              Set<Long> drawn = new HashSet<>();
              for (int i = 0; i < 10; i++) {
                drawn.add(guest.call("wasi:random/random@0.2.0", "get-random-u64"));
                drawn.add(guest.call("wasi:random/insecure@0.2.0", "get-insecure-random-u64"));
                guest.call("wasi:random/insecure-seed@0.2.0", "insecure-seed", area);
                drawn.add(guest.i64(area));
                drawn.add(guest.i64(area + 8));
                guest.call("wasi:random/random@0.2.0", "get-random-bytes", 8, area);
                assertThat(guest.bytesAt(area)).hasSize(8);
                drawn.add(guest.i64(guest.i32(area) & -8));
                guest.call("wasi:random/insecure@0.2.0", "get-insecure-random-bytes", 3, area);
                assertThat(guest.bytesAt(area)).hasSize(3);
              }
              assertThat(drawn).hasSizeGreaterThan(40);
            }));
    assertThat(
            failure(
                    Driver.run(
                        host,
                        guest ->
                            guest.call(
                                "wasi:random/random@0.2.0", "get-random-bytes", -1, guest.area(8))))
                .message())
        .contains("asked for 18446744073709551615 random bytes at once");
  }
}
