package dev.bourse.client;

import java.nio.charset.StandardCharsets;

/** Something that a process said. */
public sealed interface Event {
  /** Numbers the events of a process from 0. */
  long offset();

  /** What there is to show of it. */
  String text();

  /** Text that the inferlet sends to its client. */
  record Message(long offset, String text) implements Event {}

  /** A file that it sends to its client. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record File(long offset, byte[] bytes) implements Event {
    @Override
    public String text() {
      return "";
    }
  }

  /** Bytes that it writes to standard output. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stdout(long offset, byte[] bytes) implements Event {
    @Override
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Bytes that it writes to standard error. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stderr(long offset, byte[] bytes) implements Event {
    @Override
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /**
   * Events that were dropped while nobody followed the process.
   *
   * @param offset of the first of them
   * @param end of the first behind them
   */
  record Missed(long offset, long end) implements Event {
    @Override
    public String text() {
      return "";
    }
  }
}
