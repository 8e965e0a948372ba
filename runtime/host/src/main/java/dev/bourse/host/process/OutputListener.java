package dev.bourse.host.process;

/**
 * Receives what an inferlet says while it runs. Called on the inferlet's own thread: a listener
 * that blocks holds up its inferlet and nobody else. What its children log is told on theirs.
 */
public interface OutputListener {

  /** Text that the inferlet sends to its client. */
  void text(String text);

  /** A file that it sends to its client; whoever takes none drops it. */
  default void file(byte[] bytes) {}

  /** Bytes that it writes to standard output. */
  void stdout(byte[] bytes);

  /** Bytes that it writes to standard error. */
  void stderr(byte[] bytes);

  /** Passes on what is written to standard error, and drops the rest. */
  static OutputListener logOnly(OutputListener listener) {
    return new OutputListener() {
      @Override
      public void text(String text) {}

      @Override
      public void stdout(byte[] bytes) {}

      @Override
      public void stderr(byte[] bytes) {
        listener.stderr(bytes);
      }
    };
  }

  /** Drops everything. */
  static OutputListener none() {
    return new OutputListener() {
      @Override
      public void text(String text) {}

      @Override
      public void stdout(byte[] bytes) {}

      @Override
      public void stderr(byte[] bytes) {}
    };
  }
}
