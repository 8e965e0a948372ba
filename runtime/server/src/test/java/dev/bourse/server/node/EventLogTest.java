package dev.bourse.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a process said, for those who read it sooner or later. */
@Timeout(60)
class EventLogTest {
  private static final int EVENT = new Event.Message("0000").size();

  private static Event event(int number) {
    return new Event.Message("%04d".formatted(number));
  }

  @Test
  void aReaderHearsAllOfIt() throws Exception {
    EventLog log = new EventLog(10 * EVENT);
    log.add(event(0));
    try (EventLog.Reader reader = log.read(0)) {
      log.add(event(1));
      log.end();
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Said(0, event(0)));
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Said(1, event(1)));
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Over());
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Over());
    }
    assertThat(log.readers()).isZero();
  }

  @Test
  void whatNobodyReadMakesRoom() throws Exception {
    EventLog log = new EventLog(3 * EVENT);
    for (int i = 0; i < 10; i++) {
      log.add(event(i));
    }
    log.end();
    assertThat(log.firstOffset()).isEqualTo(7);
    assertThat(log.nextOffset()).isEqualTo(10);
    try (EventLog.Reader reader = log.read(2)) {
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Missed(2, 7));
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Said(7, event(7)));
    }
  }

  @Test
  void aWriterWaitsForTheSlowestReader() throws Exception {
    EventLog log = new EventLog(2 * EVENT);
    try (EventLog.Reader fast = log.read(0);
        EventLog.Reader slow = log.read(0)) {
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 100; i++) {
                  log.add(event(i));
                }
                log.end();
              });
      fast.next();
      fast.next();
      assertThat(writer.join(Duration.ofMillis(50))).isFalse();
      assertThat(log.nextOffset()).isEqualTo(2);
      Thread other =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (!(fast.next() instanceof EventLog.Next.Over)) {}
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      for (int i = 0; i < 100; i++) {
        assertThat(slow.next()).isEqualTo(new EventLog.Next.Said(i, event(i)));
      }
      assertThat(slow.next()).isInstanceOf(EventLog.Next.Over.class);
      writer.join();
      other.join();
    }
  }

  @Test
  void aReaderThatGoesAwayLetsTheWriterGoOn() throws Exception {
    EventLog log = new EventLog(2 * EVENT);
    EventLog.Reader reader = log.read(0);
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              for (int i = 0; i < 10; i++) {
                log.add(event(i));
              }
            });
    assertThat(writer.join(Duration.ofMillis(20))).isFalse();
    reader.close();
    writer.join();
    assertThat(log.nextOffset()).isEqualTo(10);
    assertThat(log.bytes()).isEqualTo(2L * EVENT);
  }

  @Test
  void aWriterThatIsStoppedWaitsNoLonger() throws Exception {
    EventLog log = new EventLog(EVENT);
    try (EventLog.Reader reader = log.read(0)) {
      log.add(event(0));
      boolean[] told = new boolean[1];
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                log.add(event(1));
                told[0] = Thread.currentThread().isInterrupted();
              });
      assertThat(writer.join(Duration.ofMillis(20))).isFalse();
      writer.interrupt();
      writer.join();
      assertThat(told[0]).isTrue();
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Said(0, event(0)));
      assertThat(reader.next()).isEqualTo(new EventLog.Next.Said(1, event(1)));
    }
  }

  @Test
  void anEventThatIsTooLargeIsKeptAlone() throws Exception {
    EventLog log = new EventLog(EVENT);
    log.add(event(0));
    log.add(new Event.File(new byte[10 * EVENT]));
    assertThat(log.firstOffset()).isEqualTo(1);
    log.add(event(2));
    assertThat(log.firstOffset()).isEqualTo(2);
    assertThat(log.bytes()).isEqualTo(EVENT);
  }

  /**
   * Readers come and go: each sees every event from its offset on, in order, or is told of a gap.
   */
  @Test
  void randomHistories() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      EventLog log = new EventLog((1 + random.nextInt(8)) * EVENT);
      int events = random.nextInt(200);
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < events; i++) {
                  log.add(event(i));
                }
                log.end();
              });
      List<Thread> readers = new ArrayList<>();
      List<String> problems = Collections.synchronizedList(new ArrayList<>());
      for (int r = 0; r < 4; r++) {
        int from = random.nextInt(events + 1);
        int leaves = random.nextInt(events + 1);
        readers.add(
            Thread.startVirtualThread(
                () -> {
                  try (EventLog.Reader reader = log.read(from)) {
                    long expected = -1;
                    for (int n = 0; n < leaves; n++) {
                      switch (reader.next()) {
                        case EventLog.Next.Said(long offset, Event event) -> {
                          if ((expected >= 0 && offset != expected)
                              || !event.equals(event((int) offset))) {
                            problems.add("%d after %d: %s".formatted(offset, expected, event));
                          }
                          expected = offset + 1;
                        }
                        case EventLog.Next.Missed(long offset, long end) -> {
                          if (expected >= 0) {
                            problems.add("missed %d to %d while attached".formatted(offset, end));
                          }
                          expected = end;
                        }
                        case EventLog.Next.Over() -> {
                          return;
                        }
                      }
                    }
                  } catch (InterruptedException e) {
                    problems.add(e.toString());
                  }
                }));
      }
      assertThat(writer.join(Duration.ofNanos(TimeUnit.SECONDS.toNanos(20)))).isTrue();
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(problems).as("seed " + seed).isEmpty();
    }
  }
}
