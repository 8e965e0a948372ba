package dev.bourse.text.template;

import java.io.Serial;

/**
 * A chat template cannot be parsed or rendered. The message names the template, the line and what
 * was found there.
 */
public final class TemplateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String template;
  private final int line;
  private final String problem;
  private final boolean raisedByTemplate;

  TemplateException(String template, int line, String problem, boolean raisedByTemplate) {
    super(template + ", line " + line + ": " + problem);
    this.template = template;
    this.line = line;
    this.problem = problem;
    this.raisedByTemplate = raisedByTemplate;
  }

  /** The name given to {@link ChatTemplate#parse}. */
  public String template() {
    return template;
  }

  /** The line of the template, from 1, that was being read or run. */
  public int line() {
    return line;
  }

  /** What went wrong, without the place: for {@code raise_exception}, the template's own words. */
  public String problem() {
    return problem;
  }

  /**
   * Whether the template itself refused the conversation with {@code raise_exception}: the caller's
   * messages are at fault, not the template.
   */
  public boolean raisedByTemplate() {
    return raisedByTemplate;
  }
}
