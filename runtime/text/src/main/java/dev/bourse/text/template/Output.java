package dev.bourse.text.template;

/** Text being written, within a limit. */
final class Output {
  private final StringBuilder text = new StringBuilder();
  private final int limit;

  Output(int limit) {
    this.limit = limit;
  }

  void append(String part) {
    if (part.length() > limit - text.length()) {
      throw new Fault("the output is longer than " + limit + " characters");
    }
    text.append(part);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
