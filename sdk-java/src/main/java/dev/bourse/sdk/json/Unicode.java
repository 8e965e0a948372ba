package dev.bourse.sdk.json;

/** Whether a Java string is text. */
public final class Unicode {
  private Unicode() {}

  /**
   * Refuses half a surrogate pair: UTF-8 has no bytes for it, and encoders silently write a
   * question mark, so that two different strings would have the same bytes.
   *
   * @throws IllegalArgumentException saying where
   */
  public static void requireWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new IllegalArgumentException(
            "the text has half a surrogate pair at character " + i + ", which UTF-8 cannot carry");
      }
    }
  }
}
