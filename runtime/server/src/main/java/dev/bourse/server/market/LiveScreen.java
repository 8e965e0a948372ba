package dev.bourse.server.market;

import dev.bourse.server.CommandException;
import java.io.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/**
 * A terminal that shows something that changes, four times a second and after each key, on a screen
 * of its own: what was there before is back when it is closed, however that comes about.
 */
public final class LiveScreen implements AutoCloseable {
  /** The key that goes up. */
  public static final String UP = "up";

  /** The key that goes down. */
  public static final String DOWN = "down";

  private static final Duration PERIOD = Duration.ofMillis(250);

  private final Terminal terminal;
  private final Attributes attributes;
  private final Display display;
  private final BindingReader bindings;
  private final KeyMap<String> names;
  private final Thread restoring = new Thread(this::restore);
  private boolean restored;

  private LiveScreen(Terminal terminal) {
    this.terminal = terminal;
    this.attributes = terminal.enterRawMode();
    this.display = new Display(terminal, true);
    this.bindings = new BindingReader(terminal.reader());
    this.names = names(terminal);
    Runtime.getRuntime().addShutdownHook(restoring);
    terminal.puts(Capability.enter_ca_mode);
    terminal.puts(Capability.cursor_invisible);
    terminal.flush();
  }

  /** Whether this process talks to a terminal. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 25 there is none again without a terminal.
  public static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Whether this process talks to a terminal that can show a screen. */
  public static boolean isPossible() {
    return isTerminal() && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
  }

  /** Takes over the terminal of this process. */
  public static LiveScreen open() {
    try {
      return new LiveScreen(TerminalBuilder.builder().system(true).dumb(false).build());
    } catch (IOException e) {
      throw CommandException.failed("the terminal cannot be used: " + e.getMessage());
    }
  }

  /** Does something at Ctrl-C, instead of ending the process. */
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  /** What is on the screen. */
  @FunctionalInterface
  public interface Frame {
    /** The lines of a screen of this size, none wider or more than there is room for. */
    List<AttributedString> lines(int columns, int rows);
  }

  /** What keys do. */
  @FunctionalInterface
  public interface Keys {
    /**
     * Takes a key.
     *
     * @param key a character, or one of {@link #UP} and {@link #DOWN}
     * @return whether the screen stays
     */
    boolean pressed(String key);
  }

  /**
   * Shows frames until the time is over, {@code stop} is open, or a key ends it.
   *
   * @param nanos how long
   */
  public void show(Frame frame, Keys keys, CountDownLatch stop, long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      while (end - System.nanoTime() > 0 && stop.getCount() > 0) {
        draw(frame);
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        int next = bindings.peekCharacter(Math.clamp(left, 1, PERIOD.toMillis()));
        if (next == NonBlockingReader.EOF) {
          // The other end of the terminal has gone.
          return;
        }
        if (next != NonBlockingReader.READ_EXPIRED && !pressed(keys)) {
          return;
        }
      }
    } catch (EndOfFileException e) {
      return;
    }
  }

  private boolean pressed(Keys keys) {
    String key = bindings.readBinding(names, null, false);
    return key == null || keys.pressed(key);
  }

  private static KeyMap<String> names(Terminal terminal) {
    KeyMap<String> names = new KeyMap<>();
    for (char c = ' '; c < 0x7f; c++) {
      names.bind(String.valueOf(c), String.valueOf(c));
    }
    names.bind(UP, KeyMap.key(terminal, Capability.key_up), "\u001b[A", "\u001bOA");
    names.bind(DOWN, KeyMap.key(terminal, Capability.key_down), "\u001b[B", "\u001bOB");
    return names;
  }

  private void draw(Frame frame) {
    Size size = terminal.getSize();
    int columns = Math.max(1, size.getColumns());
    int rows = Math.max(1, size.getRows());
    if (columns != display.getColumns() || rows != display.getRows()) {
      display.resize(Size.of(columns, rows));
      display.clear();
    }
    display.update(frame.lines(columns, rows), -1);
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
