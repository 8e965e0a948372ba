package dev.bourse.server.snapshots;

import dev.bourse.server.Streams;
import java.time.Duration;
import java.util.function.Supplier;

/** Says on standard error how far something is that takes long. */
final class Progress implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Thread thread;

  private Progress(Streams streams, Supplier<String> words, Duration pause) {
    this.thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      Thread.sleep(pause);
                      streams.error("bourse: " + words.get());
                    }
                  } catch (InterruptedException e) {
                    // It is done.
                    return;
                  }
                });
  }

  /** Says {@code words} every two seconds until it is closed. */
  static Progress start(Streams streams, Supplier<String> words) {
    return new Progress(streams, words, PAUSE);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
