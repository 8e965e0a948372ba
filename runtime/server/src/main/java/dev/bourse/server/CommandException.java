package dev.bourse.server;

import java.io.Serial;

/** A command cannot go on. The message is what the user reads, after {@code bourse:}. */
public final class CommandException extends RuntimeException {
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

  /** What was asked for cannot be done, though nothing is wrong with how it was asked. */
  public static CommandException failed(String message) {
    return new CommandException(ExitCode.FAILED, message);
  }

  /** The command line is wrong. */
  public static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** A file that the user named cannot be used; the message names it. */
  public static CommandException badFile(String message) {
    return new CommandException(ExitCode.BAD_FILE, message);
  }

  /** A file that the user named cannot be used; the message names it. */
  public static CommandException badFile(String message, Throwable cause) {
    return new CommandException(ExitCode.BAD_FILE, message, cause);
  }

  /** How the command ends. */
  public int exitCode() {
    return exitCode;
  }
}
