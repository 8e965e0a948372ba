package dev.bourse.host.program;

/**
 * A program cannot be loaded. The message names the program (usually its file) and what is wrong.
 */
public class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String program;

  public ProgramException(String program, String problem) {
    super(program + ": " + problem);
    this.program = program;
  }

  public ProgramException(String program, String problem, Throwable cause) {
    super(program + ": " + problem, cause);
    this.program = program;
  }

  /** The name the program was loaded under. */
  public String program() {
    return program;
  }
}
