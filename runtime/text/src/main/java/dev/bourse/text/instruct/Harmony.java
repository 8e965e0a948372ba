package dev.bourse.text.instruct;

/**
 * Cuts the text of a turn in OpenAI's harmony format into its messages. A message is a header, the
 * tag {@code <|message|>}, and a body to the next tag of an end; a header names a channel ({@code
 * <|channel|>analysis}) and perhaps a recipient ({@code to=functions.f}). The template's cue opens
 * the first header.
 */
final class Harmony {
  static final String CHANNEL = "<|channel|>";
  static final String MESSAGE = "<|message|>";

  private static final String[] ENDS = {"<|end|>", "<|call|>", "<|return|>", "<|start|>"};
  private static final int HEADER_CHARS_MAX = 1024;

  /** What is told of the messages. */
  interface Listener {
    /** A header is complete. */
    void begin(String channel, String recipient);

    /** The next piece of a body, without any tag. */
    void body(String text);

    /** A body is complete. */
    void end();
  }

  private final Listener listener;
  private final StringBuilder pending = new StringBuilder();
  private boolean inBody;

  Harmony(Listener listener) {
    this.listener = listener;
  }

  void accept(String text) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      pending.append(c);
      if (c != '>') {
        continue;
      }
      if (inBody) {
        endOfBody();
      } else if (endsWith(MESSAGE)) {
        inBody = true;
        String header = pending.substring(0, pending.length() - MESSAGE.length());
        pending.setLength(0);
        listener.begin(word(header, CHANNEL), word(header, "to="));
      }
    }
    if (inBody) {
      // Only what may be the beginning of a tag is kept.
      int tag = pending.lastIndexOf("<");
      int sure = tag >= 0 && isBeginning(pending.substring(tag)) ? tag : pending.length();
      tell(sure);
    } else if (pending.length() > HEADER_CHARS_MAX) {
      pending.delete(0, pending.length() - HEADER_CHARS_MAX);
    }
  }

  private void endOfBody() {
    for (String end : ENDS) {
      if (endsWith(end)) {
        tell(pending.length() - end.length());
        pending.setLength(0);
        inBody = false;
        listener.end();
        return;
      }
    }
  }

  private void tell(int chars) {
    if (chars > 0) {
      listener.body(pending.substring(0, chars));
      pending.delete(0, chars);
    }
  }

  private static boolean isBeginning(String text) {
    for (String end : ENDS) {
      if (end.startsWith(text)) {
        return true;
      }
    }
    return false;
  }

  private boolean endsWith(String tag) {
    int begin = pending.length() - tag.length();
    return begin >= 0 && pending.indexOf(tag, begin) == begin;
  }

  /** The word after a mark, up to white space or a tag; empty if there is none. */
  private static String word(String header, String mark) {
    int begin = header.lastIndexOf(mark);
    if (begin < 0) {
      return "";
    }
    begin += mark.length();
    int end = begin;
    while (end < header.length()
        && !Blanks.isBlank(header.charAt(end))
        && header.charAt(end) != '<') {
      end++;
    }
    return header.substring(begin, end);
  }
}
