package dev.bourse.server.logs;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Writes what anybody logs, until it is closed. Lines wait in a queue for a thread that writes
 * them; when whoever reads them does not, lines are dropped and counted, and nobody waits.
 */
public final class ServerLog implements AutoCloseable {
  private static final int LINES_MAX = 10_000;
  private static final long CLOSE_SECONDS = 5;

  /** The longest line, such as one with a deep stack. */
  private static final int LINE_CHARS_MAX = 64 << 10;

  private final boolean json;
  private final Consumer<byte[]> sink;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_MAX);
  private final AtomicLong dropped = new AtomicLong();
  private final Queueing handler = new Queueing();
  private final Logger root = LogManager.getLogManager().getLogger("");
  private final List<Handler> others = new ArrayList<>(List.of(root.getHandlers()));
  private final Level levelBefore = root.getLevel();
  private final Thread thread;
  private volatile boolean closing;

  private ServerLog(boolean json, Level level, Consumer<byte[]> sink) {
    this.json = json;
    this.sink = sink;
    this.thread = Thread.ofPlatform().daemon().name("bourse-log").unstarted(this::write);
    others.forEach(root::removeHandler);
    handler.setLevel(level);
    root.setLevel(level);
    root.addHandler(handler);
  }

  /**
   * Takes over from whoever wrote log lines until now.
   *
   * @param format text or json
   * @param level debug, info, warning or error: the least that is written
   * @param sink is given whole lines, by one thread
   */
  public static ServerLog start(String format, String level, Consumer<byte[]> sink) {
    Level least =
        switch (level) {
          case "debug" -> Level.FINE;
          case "info" -> Level.INFO;
          case "warning" -> Level.WARNING;
          case "error" -> Level.SEVERE;
          default -> throw new IllegalArgumentException("there is no level " + level);
        };
    ServerLog log = new ServerLog(format.equals("json"), least, sink);
    log.thread.start();
    return log;
  }

  /** Lines that nobody took in time. */
  public long dropped() {
    return dropped.get();
  }

  private final class Queueing extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (!isLoggable(record)) {
        return;
      }
      LogLine line = LogLine.of(record);
      String text = json ? line.json() : line.text();
      if (text.length() > LINE_CHARS_MAX) {
        text = json ? cut(line) : text.substring(0, LINE_CHARS_MAX) + "…";
      }
      if (!lines.offer(text)) {
        dropped.incrementAndGet();
      }
    }

    /** Without its stack: half an object is none. */
    private static String cut(LogLine line) {
      String message = line.message();
      return new LogLine(
              line.time(),
              line.level(),
              line.logger(),
              message.substring(0, Math.min(message.length(), LINE_CHARS_MAX / 8)) + "…",
              Map.of(),
              line.context(),
              null)
          .json();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private void write() {
    List<String> batch = new ArrayList<>();
    try {
      while (!closing || !lines.isEmpty()) {
        String first = lines.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          batch.add(first);
          lines.drainTo(batch, LINES_MAX);
          batch.removeIf(String::isEmpty);
        }
        if (!batch.isEmpty()) {
          sink.accept((String.join("\n", batch) + "\n").getBytes(StandardCharsets.UTF_8));
          batch.clear();
        }
      }
    } catch (InterruptedException e) {
      // Closed while nobody took the lines.
      return;
    }
  }

  /** Writes what waits, and leaves logging as it was before. */
  @Override
  public void close() {
    root.removeHandler(handler);
    root.setLevel(levelBefore);
    others.forEach(root::addHandler);
    closing = true;
    var _ = lines.offer(""); // Wakes the thread.
    try {
      if (!thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
