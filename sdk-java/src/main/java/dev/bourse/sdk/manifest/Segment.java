package dev.bourse.sdk.manifest;

import dev.bourse.sdk.json.Unicode;

/**
 * A part of a prompt.
 *
 * @param kind what it is
 * @param name which of its kind, for messages: a file, a tool; may be empty
 * @param text what the model reads, separators included: segments are joined as they are
 */
public record Segment(SegmentKind kind, String name, String text) {
  /** Checks that name and text are whole Unicode, which hashes and tokenizers need. */
  public Segment {
    Unicode.requireWhole(name);
    Unicode.requireWhole(text);
  }

  /** The only one of its kind. */
  public static Segment of(SegmentKind kind, String text) {
    return new Segment(kind, "", text);
  }
}
