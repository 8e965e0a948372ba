package dev.bourse.wasmbuild;

/** A failure whose message is all that its reader needs. */
final class BuildException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BuildException(String message) {
    super(message);
  }
}
