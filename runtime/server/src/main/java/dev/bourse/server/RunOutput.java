package dev.bourse.server;

import dev.bourse.host.process.OutputListener;
import java.nio.charset.StandardCharsets;

/** Passes on what an inferlet says, at once. Called on the inferlet's thread. */
final class RunOutput implements OutputListener {
  private final Streams streams;
  private final FileOptions files;
  private volatile boolean spoke;
  private volatile boolean endsLine = true;
  private volatile boolean closed;
  private volatile Runnable onClosed = () -> {};

  RunOutput(Streams streams, FileOptions files) {
    this.streams = streams;
    this.files = files;
  }

  @Override
  public void file(byte[] bytes) {
    streams.error("bourse: " + files.receive(bytes));
  }

  /** Runs {@code action} when standard output turns out to be closed. */
  void onClosed(Runnable action) {
    onClosed = action;
    if (closed) {
      action.run();
    }
  }

  @Override
  public void text(String text) {
    stdout(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void stdout(byte[] bytes) {
    if (bytes.length == 0 || closed) {
      return;
    }
    spoke = true;
    endsLine = bytes[bytes.length - 1] == '\n';
    try {
      streams.print(bytes);
      streams.flush();
    } catch (OutputClosedException e) {
      // Not thrown into the inferlet, which has done nothing wrong; whoever waits for it is told.
      closed = true;
      onClosed.run();
    }
  }

  @Override
  public void stderr(byte[] bytes) {
    streams.error(bytes);
  }

  /** Prints the inferlet's result if it said nothing itself, and ends the last line. */
  void finish(String result) {
    if (!spoke) {
      text(result);
    }
    endLine();
  }

  /** Ends the last line, if there is an unfinished one. */
  void endLine() {
    if (!endsLine) {
      text("\n");
    }
  }

  /** Whether standard output is closed. */
  boolean isClosed() {
    return closed;
  }
}
