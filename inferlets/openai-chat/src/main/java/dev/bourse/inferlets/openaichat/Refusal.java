package dev.bourse.inferlets.openaichat;

/** What the client asked for cannot be done. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String parameter;
  private final String code;

  /**
   * A refusal.
   *
   * @param parameter of the request; empty if it is not one
   * @param code for programs to read
   */
  Refusal(String parameter, String code, String message) {
    super(message);
    this.parameter = parameter;
    this.code = code;
  }

  String parameter() {
    return parameter;
  }

  String code() {
    return code;
  }
}
