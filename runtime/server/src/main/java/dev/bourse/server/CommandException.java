package dev.bourse.server;

import java.io.Serial;

/** A command cannot go on. The message is what the user reads, after {@code bourse:}. */
final class CommandException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  private CommandException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The command line is wrong. */
  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** A file that the user named cannot be used; the message names it. */
  static CommandException badFile(String message) {
    return new CommandException(ExitCode.BAD_FILE, message);
  }

  /** A file that the user named cannot be used; the message names it. */
  static CommandException badFile(String message, Throwable cause) {
    return new CommandException(ExitCode.BAD_FILE, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
