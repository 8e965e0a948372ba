package dev.bourse.server;

/** How a command ended, for scripts. */
final class ExitCode {
  static final int OK = 0;

  /** The inferlet failed. */
  static final int FAILED = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** A model or program file cannot be used. */
  static final int BAD_FILE = 3;

  /** This program is at fault. */
  static final int INTERNAL = 70;

  /** Standard output cannot be written, as on a full disk: EX_IOERR of sysexits.h. */
  static final int OUTPUT_FAILED = 74;

  /** Ctrl-C: 128 and the number of the signal. */
  static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more: 128 and the number of SIGPIPE. */
  static final int OUTPUT_CLOSED = 141;

  private ExitCode() {}
}
