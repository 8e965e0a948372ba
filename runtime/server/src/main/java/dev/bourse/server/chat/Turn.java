package dev.bourse.server.chat;

/**
 * What somebody says, as it is typed: one line; several, each but the last with a backslash at its
 * end; or what stands between two {@code """}.
 */
final class Turn {
  private static final String FENCE = "\"\"\"";

  private Turn() {}

  /** Whether more lines belong to it. */
  static boolean isOpen(String typed) {
    String text = typed.strip();
    if (text.startsWith(FENCE)) {
      return text.length() < 2 * FENCE.length() || !text.endsWith(FENCE);
    }
    return typed.endsWith("\\");
  }

  /** What was meant; also of one that is still open, where there are no more lines. */
  static String text(String typed) {
    String text = typed.strip();
    if (text.startsWith(FENCE)) {
      boolean closed = !isOpen(text);
      int end = text.length() - (closed ? FENCE.length() : 0);
      return text.substring(FENCE.length(), end).strip();
    }
    String joined = text.replace("\\\n", "\n");
    return joined.endsWith("\\") ? joined.substring(0, joined.length() - 1).strip() : joined;
  }

  /**
   * Text without what would move a terminal's cursor or change its colours: models say anything.
   */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean layout = c == '\n' || c == '\t';
              plain.appendCodePoint(layout || !Character.isISOControl(c) ? c : '�');
            });
    return plain.toString();
  }
}
