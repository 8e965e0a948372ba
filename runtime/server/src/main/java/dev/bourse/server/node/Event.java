package dev.bourse.server.node;

import java.nio.charset.StandardCharsets;

/** Something that a process said. */
public sealed interface Event {
  /** Text that the inferlet sends to its client. */
  record Message(String text) implements Event {}

  /** A file that it sends to its client. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; made once and passed on
  record File(byte[] bytes) implements Event {}

  /** Bytes that it writes to standard output. */
  @SuppressWarnings("ArrayRecordComponent")
  record Stdout(byte[] bytes) implements Event {}

  /** Bytes that it writes to standard error. */
  @SuppressWarnings("ArrayRecordComponent")
  record Stderr(byte[] bytes) implements Event {}

  /** What it counts in a log: its bytes, and some for the object around them. */
  default int size() {
    int object = 64;
    return object
        + switch (this) {
          case Message(String text) -> text.getBytes(StandardCharsets.UTF_8).length;
          case File(byte[] bytes) -> bytes.length;
          case Stdout(byte[] bytes) -> bytes.length;
          case Stderr(byte[] bytes) -> bytes.length;
        };
  }
}
