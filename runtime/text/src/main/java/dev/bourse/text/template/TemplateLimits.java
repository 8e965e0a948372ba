package dev.bourse.text.template;

/**
 * Bounds on what one template may cost. Reaching one ends the rendering with a {@link
 * TemplateException} that names it.
 *
 * @param sourceChars length of the template's source
 * @param nesting depth of nested expressions and statements in the source
 * @param outputChars length of the rendered text
 * @param steps work: expressions evaluated, elements iterated over, and text searched
 * @param textChars characters of all strings made on the way, together
 * @param items elements of all lists and dictionaries made on the way, together
 * @param depth depth of evaluation: nested expressions, statements and macro calls
 * @param dataDepth depth of nested lists and dictionaries, in variables and as made by the template
 * @param range elements of one {@code range}
 * @param integerBits size of one integer
 */
public record TemplateLimits(
    int sourceChars,
    int nesting,
    int outputChars,
    long steps,
    long textChars,
    long items,
    int depth,
    int dataDepth,
    int range,
    int integerBits) {

  private static final TemplateLimits DEFAULTS =
      new TemplateLimits(
          1 << 20, 100, 16 << 20, 20_000_000, 64 << 20, 2_000_000, 500, 200, 100_000, 4096);

  /** Checks that every bound is positive. */
  public TemplateLimits {
    if (sourceChars <= 0
        || nesting <= 0
        || outputChars <= 0
        || steps <= 0
        || textChars <= 0
        || items <= 0
        || depth <= 0
        || dataDepth <= 0
        || range <= 0
        || integerBits <= 0) {
      throw new IllegalArgumentException("every limit of a template must be positive");
    }
  }

  /**
   * Bounds that no template in use comes near: 1 Mi characters of source nested 100 deep, 16 Mi
   * characters of output, 20 million steps, 64 Mi characters and 2 million elements made on the
   * way, depth 500 (data 200), ranges of 100,000 (Jinja's own limit), integers of 4,096 bits.
   */
  public static TemplateLimits defaults() {
    return DEFAULTS;
  }
}
