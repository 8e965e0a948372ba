package dev.bourse.host.process;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One thing that is bounded. The {@link #key} is the limit's name in manifests and in errors; it
 * ends in its unit.
 */
public enum Limit {
  /** Size of the program's binary. */
  MODULE_BYTES("module-bytes", 32L << 20, 32L << 20),
  /** Linear memory, in WebAssembly pages of 64 KiB. */
  MEMORY_PAGES("memory-pages", 1024, 32_767),
  /** Elements of all tables together as declared, and of each as it grows. */
  TABLE_ELEMENTS("table-elements", 100_000, 10_000_000),
  /** Time from start to end, waiting included. */
  WALL_TIME_MILLIS("wall-time-millis", 600_000, Long.MAX_VALUE / 2_000_000),
  /**
   * Time spent computing, in the guest and in the calls it makes, as {@link Preemption} samples.
   */
  CPU_TIME_MILLIS("cpu-time-millis", 60_000, Long.MAX_VALUE / 2_000_000),
  /** Bytes of the strings and lists that a guest passes to the host in one call. */
  ARGUMENT_BYTES("argument-bytes", 16L << 20, 1L << 30),
  /**
   * Bytes on the host's heap for forward passes that are being put together, their outputs,
   * grammars, matchers and decoders, until the inferlet drops them.
   */
  HELD_BYTES("held-bytes", 256L << 20, 1L << 36),
  /** Text sent to the client, standard output and the result together. */
  OUTPUT_BYTES("output-bytes", 16L << 20, Long.MAX_VALUE),
  /** Standard error. */
  LOG_BYTES("log-bytes", 1L << 20, Long.MAX_VALUE),
  /** Resource handles open at once, over all types. */
  HANDLES("handles", 4096, Limit.HANDLES_CEILING),
  /** Futures that were not dropped, and forward passes that were dropped while they run. */
  FUTURES("futures", 1024, Limit.HANDLES_CEILING),
  /** Contexts open at once. */
  CONTEXTS("contexts", 256, Limit.HANDLES_CEILING),
  /**
   * Processes that live at once and that a process launched, or one that it launched, and so on.
   */
  CHILDREN("children", 64, 100_000),
  /** Files, directories and links in the scratch directory. */
  FILES("files", 1024, 1_000_000),
  /** Bytes of the files in the scratch directory, on the host's heap; counted in whole blocks. */
  FILE_BYTES("file-bytes", 64L << 20, 1L << 36),
  /**
   * Messages that wait: those of the client, those of a subscription, and those in the queues of
   * the user; of each as many.
   */
  MESSAGE_QUEUE("message-queue", 1024, 1_000_000),
  /** Bytes of the messages that wait, counted as those. */
  MESSAGE_BYTES("message-bytes", 16L << 20, 1L << 36);

  /** What handles can number: 18 of their bits are a slot. */
  public static final int HANDLES_CEILING = (1 << 18) - 1;

  private final String key;
  private final long defaultMax;
  private final long ceiling;

  Limit(String key, long defaultMax, long ceiling) {
    this.key = key;
    this.defaultMax = defaultMax;
    this.ceiling = ceiling;
  }

  public String key() {
    return key;
  }

  /** What an inferlet may take when nobody says otherwise. */
  public long defaultMax() {
    return defaultMax;
  }

  /** What nobody may raise the limit above. */
  public long ceiling() {
    return ceiling;
  }

  public static Optional<Limit> byKey(String key) {
    return Arrays.stream(values()).filter(limit -> limit.key.equals(key)).findFirst();
  }

  public static String keys() {
    return Arrays.stream(values()).map(Limit::key).collect(Collectors.joining(", "));
  }
}
