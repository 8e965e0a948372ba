package dev.bourse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.scheduler.market.MarketConfig;
import java.util.HashMap;
import java.util.Map;

/**
 * Looks at an engine again and again: how long contexts are left waiting, and whether that is
 * within what the market promises. It misses short waits, and never takes one for longer than it
 * is.
 */
final class WaitWatch implements AutoCloseable {
  /** Ticks for what a look cannot see: frames that are written out for a claim. */
  private static final int SLACK = 256;

  private record Seen(long since, int tokens, int waited) {}

  private final Engine engine;
  private final Thread thread;
  private final Map<Context, Seen> waiting = new HashMap<>();
  private final Map<Context, Long> busy = new HashMap<>();
  private volatile boolean closed;
  private long longestWait;
  private long longestBusy;
  private int contextsMost;
  private long looks;

  WaitWatch(Engine engine) {
    this.engine = engine;
    this.thread = Thread.ofPlatform().daemon().name("wait watch").start(this::look);
  }

  private void look() {
    try {
      while (!closed) {
        engine.locked(
            () -> {
              lookOnce();
              return null;
            });
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts it", e);
    }
  }

  private void lookOnce() {
    looks++;
    long steps = engine.exchange.steps();
    long now = engine.exchange.now();
    int[] contexts = new int[1];
    engine.forEachContext(
        context -> {
          contexts[0]++;
          lookAt(context, steps, now);
        });
    contextsMost = Math.max(contextsMost, contexts[0]);
  }

  private void lookAt(Context context, long steps, long now) {
    boolean waitsForPages = engine.frames.isWaiting(context);
    if (context.isBusy() && !waitsForPages) {
      longestBusy = Math.max(longestBusy, now - busy.computeIfAbsent(context, c -> now));
    } else {
      busy.remove(context);
    }
    if (context.isBusy() || waitsForPages || context.queue().isEmpty()) {
      waiting.remove(context);
      return;
    }
    Seen before = waiting.get(context);
    int waited = context.waitedSteps(steps);
    int tokens = context.table().length();
    if (before == null || before.tokens != tokens || before.waited > waited) {
      waiting.put(context, new Seen(steps, tokens, waited));
    } else {
      longestWait = Math.max(longestWait, Math.min(waited, steps - before.since));
      waiting.put(context, new Seen(before.since, tokens, waited));
    }
  }

  /** Steps that a context in memory was left waiting for its next token, at the most. */
  long longestWait() {
    return longestWait;
  }

  /** Compares what was seen with the bounds of {@code Auction} and {@code Leases}. */
  void verify(String where) {
    MarketConfig rules = engine.config().market().rules();
    long inLane = (long) contextsMost * rules.laneQuantum() * rules.laneShare();
    long forSlots = rules.waitSteps() + Math.ceilDiv(inLane, engine.config().stepTokens());
    assertThat(longestWait)
        .as("steps waited for slots in %s, %d contexts", where, contextsMost)
        .isLessThanOrEqualTo(forSlots + 1);
    long forPages =
        rules.leases().waitMax()
            + (contextsMost + 1) * (rules.leases().leaseForced() + longestBusy)
            + SLACK;
    assertThat(engine.locked(engine.frames::longestWait))
        .as("ticks waited for pages in %s, %d contexts", where, contextsMost)
        .isLessThanOrEqualTo(forPages);
  }

  @Override
  public String toString() {
    return "%d looks, waited %d steps for slots, %d ticks for pages, busy %d ticks, %d contexts"
        .formatted(
            looks,
            longestWait,
            engine.locked(engine.frames::longestWait),
            longestBusy,
            contextsMost);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
