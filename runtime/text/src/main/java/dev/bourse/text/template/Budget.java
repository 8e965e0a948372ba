package dev.bourse.text.template;

/** What one rendering has used of its {@link TemplateLimits}. */
final class Budget {
  /** Characters that are searched or compared in about the time of one step. */
  private static final int CHARS_PER_STEP = 64;

  private final TemplateLimits limits;
  private long stepsLeft;
  private long textCharsLeft;
  private long itemsLeft;
  private int depth;

  Budget(TemplateLimits limits) {
    this.limits = limits;
    stepsLeft = limits.steps();
    textCharsLeft = limits.textChars();
    itemsLeft = limits.items();
  }

  TemplateLimits limits() {
    return limits;
  }

  void step() {
    steps(1);
  }

  void steps(long count) {
    stepsLeft -= count;
    if (stepsLeft < 0) {
      throw new Fault("more than " + limits.steps() + " steps: the template does not seem to end");
    }
  }

  /** Accounts for looking at {@code chars} characters. */
  void scan(long chars) {
    steps(chars / CHARS_PER_STEP);
  }

  /** Accounts for a search that may compare the whole needle at every place of the text. */
  void search(String text, String needle) {
    scan((long) text.length() * Math.clamp(needle.length(), 1, CHARS_PER_STEP));
    if (needle.length() > CHARS_PER_STEP) {
      scan((long) text.length() * (needle.length() - CHARS_PER_STEP) / 4);
    }
  }

  /** Accounts for a new string; call it before making one that may be large. */
  void text(long chars) {
    textCharsLeft -= chars;
    if (textCharsLeft < 0) {
      throw new Fault(
          "the template makes strings of more than " + limits.textChars() + " characters");
    }
    scan(chars);
  }

  /** Accounts for a new list or dictionary; call it before making one that may be large. */
  void items(long count) {
    itemsLeft -= count;
    if (itemsLeft < 0) {
      throw new Fault("the template makes lists of more than " + limits.items() + " elements");
    }
    steps(count);
  }

  void enter() {
    if (++depth > limits.depth()) {
      throw new Fault(
          "expressions, statements or macro calls nested deeper than " + limits.depth());
    }
  }

  void leave() {
    depth--;
  }

  /** Checks the depth of nested data, counted by the caller's own recursion. */
  void checkDataDepth(int level) {
    if (level > limits.dataDepth()) {
      throw new Fault("lists or dictionaries nested deeper than " + limits.dataDepth());
    }
  }
}
