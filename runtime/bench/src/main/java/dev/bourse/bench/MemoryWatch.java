package dev.bourse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory and threads that this process takes while it is open, looked at now and then. */
final class MemoryWatch implements AutoCloseable {
  private static final int EVERY_MILLIS = 50;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::watch);
  private volatile long heapMax;
  private volatile long residentMax;
  private volatile long threadsMax;
  private volatile boolean closed;

  MemoryWatch() {
    look();
    thread.start();
  }

  private void watch() {
    while (!closed) {
      look();
      try {
        Thread.sleep(EVERY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private synchronized void look() {
    Runtime runtime = Runtime.getRuntime();
    heapMax = Math.max(heapMax, runtime.totalMemory() - runtime.freeMemory());
    residentMax = Math.max(residentMax, status("VmRSS:") << 10);
    threadsMax = Math.max(threadsMax, status("Threads:"));
  }

  /** A number that Linux tells of this process; 0 elsewhere. */
  private static long status(String name) {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Bytes, dead objects among them. */
  long heapMax() {
    return heapMax;
  }

  long residentMax() {
    return residentMax;
  }

  long threadsMax() {
    return threadsMax;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
