package dev.bourse.server.market;

import dev.bourse.server.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A file that is replaced by newer contents every second, whole, so that whoever reads it never
 * finds half of them; for Prometheus's node exporter.
 */
final class MetricsFile implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Path file;
  private final Path half;
  private final Supplier<byte[]> contents;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private MetricsFile(Path file, Supplier<byte[]> contents) {
    this.file = file;
    this.half =
        file.resolveSibling(".%s.%d".formatted(file.getFileName(), ProcessHandle.current().pid()));
    this.contents = contents;
    this.thread = Thread.ofVirtual().unstarted(this::run);
  }

  /** Writes a file at once and then every second, until it is closed; it stays as it is then. */
  static MetricsFile start(Path file, Supplier<byte[]> contents) {
    MetricsFile metrics = new MetricsFile(file, contents);
    try {
      metrics.write();
    } catch (IOException e) {
      throw cannotBeWritten(file, e);
    }
    metrics.thread.start();
    return metrics;
  }

  private void run() {
    try {
      while (!closed.await(PERIOD.toNanos(), TimeUnit.NANOSECONDS)) {
        write();
      }
    } catch (IOException | InterruptedException e) {
      // Whoever closes it finds out why, by writing again.
      return;
    }
  }

  private void write() throws IOException {
    try {
      Files.write(half, contents.get());
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
  }

  /** Writes it a last time. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
      write();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw cannotBeWritten(file, e);
    }
  }

  private static CommandException cannotBeWritten(Path file, IOException e) {
    return CommandException.badFile(file + ": cannot be written: " + e.getMessage(), e);
  }
}
