package dev.bourse.server;

/** How a command ended, for scripts. */
public final class ExitCode {
  public static final int OK = 0;

  /** The inferlet failed, or a snapshot is not there or may not be made. */
  public static final int FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** A file or folder cannot be used: a model, a program, a snapshot. */
  public static final int BAD_FILE = 3;

  /** This program is at fault. */
  public static final int INTERNAL = 70;

  /** Standard output cannot be written, as on a full disk: EX_IOERR of sysexits.h. */
  public static final int OUTPUT_FAILED = 74;

  /** Ctrl-C: 128 and the number of the signal. */
  public static final int INTERRUPTED = 130;

  /** A second SIGTERM: 128 and the number of the signal. */
  public static final int TERMINATED = 143;

  /** Nobody reads standard output any more: 128 and the number of SIGPIPE. */
  public static final int OUTPUT_CLOSED = 141;

  private ExitCode() {}
}
