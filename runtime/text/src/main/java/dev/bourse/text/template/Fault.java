package dev.bourse.text.template;

import java.io.Serial;

/**
 * A problem found while parsing or rendering, before its place is known. {@link ChatTemplate} turns
 * it into a {@link TemplateException}; it never leaves the package.
 */
final class Fault extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final boolean raisedByTemplate;

  Fault(String problem) {
    this(problem, false);
  }

  Fault(String problem, boolean raisedByTemplate) {
    // Templates may probe with errors in loops; a stack trace would say nothing about the template.
    super(problem, null, false, false);
    this.raisedByTemplate = raisedByTemplate;
  }

  String problem() {
    return String.valueOf(getMessage());
  }

  boolean raisedByTemplate() {
    return raisedByTemplate;
  }
}
