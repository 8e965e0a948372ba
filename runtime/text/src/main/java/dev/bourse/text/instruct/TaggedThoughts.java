package dev.bourse.text.instruct;

/** Thoughts between tags ({@link ReasoningFormat.Tags}). */
final class TaggedThoughts implements ThoughtReader {
  private final ReasoningFormat.Tags tags;
  private final Listener listener;
  private final StringBuilder pending = new StringBuilder();
  private boolean inside;

  TaggedThoughts(ReasoningFormat.Tags tags, Listener listener) {
    this.tags = tags;
    this.listener = listener;
    inside = tags.begun();
  }

  @Override
  public void accept(String text, boolean isEnd) {
    int before = pending.length();
    pending.append(text);
    for (int tag = find(before); tag >= 0; tag = find(0)) {
      int end = tag + tag().length();
      if (inside) {
        tell(tag);
        listener.end();
      } else {
        tellOutside(tag);
        listener.begin();
      }
      pending.delete(0, end - tag);
      inside = !inside;
    }
    if (isEnd) {
      // Whatever did not become a tag was text; the token itself is none.
      pending.setLength(Math.max(0, pending.length() - text.length()));
      keep(0);
      pending.setLength(0);
      inside = tags.begun();
    } else {
      keep(possibleTag());
    }
  }

  private String tag() {
    return inside ? tags.close() : tags.open();
  }

  private int find(int before) {
    return pending.indexOf(tag(), Math.max(0, before - tag().length() + 1));
  }

  /** How many of the last characters may be the beginning of a tag. */
  private int possibleTag() {
    for (int chars = Math.min(tag().length() - 1, pending.length()); chars > 0; chars--) {
      int begin = pending.length() - chars;
      if (tag().startsWith(pending.substring(begin))) {
        return chars;
      }
    }
    return 0;
  }

  private void keep(int chars) {
    int sure = pending.length() - chars;
    if (inside) {
      tell(sure);
    } else {
      tellOutside(sure);
    }
  }

  private void tellOutside(int chars) {
    if (chars > 0) {
      listener.outside(pending.substring(0, chars));
      pending.delete(0, chars);
    }
  }

  /** Tells the first characters and forgets them. */
  private void tell(int chars) {
    if (chars > 0) {
      listener.text(pending.substring(0, chars));
      pending.delete(0, chars);
    }
  }
}
