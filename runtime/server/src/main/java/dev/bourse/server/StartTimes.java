package dev.bourse.server;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When this process started, and how long the parts of its start took.
 *
 * <p>The operating system tells the start of a process only to the second, so the launcher notes
 * the time before it does anything else and passes it on; without the launcher the clock runs from
 * {@code main}.
 */
final class StartTimes {
  /** Microseconds since 1970 at which the launcher started. */
  private static final String PROPERTY = "bourse.started.micros";

  private final String measuredFrom;
  private final long startNanos;
  private final Map<String, Long> parts = Collections.synchronizedMap(new LinkedHashMap<>());
  private volatile long launchedNanos;

  private StartTimes(String measuredFrom, long startNanos) {
    this.measuredFrom = measuredFrom;
    this.startNanos = startNanos;
  }

  /** Called first thing in {@code main}. */
  static StartTimes atMain() {
    long now = System.nanoTime();
    Long launcher = Long.getLong(PROPERTY);
    long age = launcher == null ? 0 : 1000 * (1000 * System.currentTimeMillis() - launcher);
    StartTimes times =
        launcher == null
            ? new StartTimes("main", now)
            : new StartTimes("launcher", now - Math.max(0, age));
    times.parts.put("launcherAndJvm", Math.max(0, age));
    return times;
  }

  /** Where the clock starts: {@code launcher} or {@code main}. */
  String measuredFrom() {
    return measuredFrom;
  }

  /** Notes that a part that began at {@code beginNanos} has ended. */
  void ended(String part, long beginNanos) {
    parts.put(part, System.nanoTime() - beginNanos);
  }

  /** Notes that the inferlet starts now. */
  void launched() {
    launchedNanos = System.nanoTime() - startNanos;
  }

  /** From the start of the process to the launch of the inferlet. */
  long launchedNanos() {
    return launchedNanos;
  }

  /** Nanoseconds by part, in the order in which they ended; parts may overlap. */
  Map<String, Long> parts() {
    return parts;
  }
}
