package dev.bourse.server;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The three standard streams, in UTF-8 whatever the locale says: what goes in and out is JSON and
 * the text of models.
 *
 * <p>{@link System#out} would swallow the error by which a program learns that its reader has gone.
 */
public final class Streams {
  private final BufferedReader in;
  private final OutputStream out;
  private final OutputStream err;
  private final AtomicReference<@Nullable IOException> outputFailure = new AtomicReference<>();

  Streams(InputStream in, OutputStream out, OutputStream err) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.out = new BufferedOutputStream(out, 1 << 16);
    this.err = err;
  }

  /** Those of this process. */
  static Streams standard() {
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err));
  }

  /** Lines that somebody types. */
  public BufferedReader in() {
    return in;
  }

  /** Writes text to standard output, which keeps it until {@link #flush}. */
  public void print(String text) {
    print(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes to standard output, which keeps them until {@link #flush}. */
  void print(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw outputClosed(e);
    }
  }

  /** Writes a line to standard output, at once. */
  public void println(String line) {
    print(line);
    print("\n");
    flush();
  }

  /** Hands over what was printed. */
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw outputClosed(e);
    }
  }

  private OutputClosedException outputClosed(IOException failure) {
    outputFailure.compareAndSet(null, failure);
    return new OutputClosedException(failure);
  }

  /** Why standard output could not be written, if it could not. */
  Optional<IOException> outputFailure() {
    return Optional.ofNullable(outputFailure.get());
  }

  /** Writes a line to standard error, at once. */
  public void error(String line) {
    error((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes to standard error, at once. */
  public void error(byte[] bytes) {
    try {
      err.write(bytes);
      err.flush();
    } catch (IOException e) {
      // There is no third place to complain to; the exit code still tells.
      return;
    }
  }
}
