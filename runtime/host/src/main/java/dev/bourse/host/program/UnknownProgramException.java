package dev.bourse.host.program;

/** There is no program of that name, or none of these versions. */
public final class UnknownProgramException extends ProgramException {
  private static final long serialVersionUID = 1;

  public UnknownProgramException(String program, String problem) {
    super(program, problem);
  }
}
