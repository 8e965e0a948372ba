package dev.bourse.server.market;

import dev.bourse.server.CommandException;
import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/**
 * A terminal that shows the market, four times a second, on a screen of its own: what was there
 * before is back when it is closed, however that comes about.
 */
final class LiveScreen implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Terminal terminal;
  private final Attributes attributes;
  private final Display display;
  private final Thread restoring = new Thread(this::restore);
  private boolean restored;

  private LiveScreen(Terminal terminal) {
    this.terminal = terminal;
    this.attributes = terminal.enterRawMode();
    this.display = new Display(terminal, true);
    Runtime.getRuntime().addShutdownHook(restoring);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /** Whether this process talks to a terminal that can show a screen. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 25 there is none again without a terminal.
  static boolean isPossible() {
    Console console = System.console();
    return console != null
        && console.isTerminal()
        && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
  }

  /** Takes over the terminal of this process. */
  static LiveScreen open() {
    try {
      return new LiveScreen(TerminalBuilder.builder().system(true).dumb(false).build());
    } catch (IOException e) {
      throw CommandException.failed("the terminal cannot be used: " + e.getMessage());
    }
  }

  /** Does something at Ctrl-C, instead of ending the process. */
  void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  /**
   * Shows reports until the time is over, {@code stop} is open, or the user presses q.
   *
   * @param source of a report with the prices of so many steps
   * @param nanos how long
   */
  void show(IntFunction<MarketReport> source, CountDownLatch stop, long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      while (end - System.nanoTime() > 0 && stop.getCount() > 0 && !isQuit()) {
        draw(source);
        long left = Math.min(PERIOD.toNanos(), end - System.nanoTime());
        if (stop.await(left, TimeUnit.NANOSECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw CommandException.failed("the terminal cannot be read: " + e.getMessage());
    }
  }

  private boolean isQuit() throws IOException {
    int key = terminal.reader().read(1);
    // The other end of the terminal has gone, or so the user wishes.
    return key == 'q' || key == -1;
  }

  private void draw(IntFunction<MarketReport> source) {
    Size size = terminal.getSize();
    int columns = Math.max(1, size.getColumns());
    int rows = Math.max(1, size.getRows());
    if (columns != display.getColumns() || rows != display.getRows()) {
      display.resize(Size.of(columns, rows));
      display.clear();
    }
    MarketReport report = source.apply(MarketScreen.steps(columns));
    List<AttributedString> lines = MarketScreen.lines(report, columns, rows);
    display.update(lines, -1);
    terminal.flush();
  }

  private synchronized void restore() {
    if (!restored) {
      restored = true;
      terminal.puts(Capability.exit_ca_mode);
      terminal.puts(Capability.cursor_visible);
      terminal.flush();
      terminal.setAttributes(attributes);
    }
  }

  @Override
  public void close() {
    restore();
    try {
      terminal.close();
    } catch (IOException e) {
      throw CommandException.failed("the terminal cannot be given back: " + e.getMessage());
    } finally {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(restoring);
    } catch (IllegalStateException e) {
      // The process is about to end, and it has run or will.
      return;
    }
  }
}
