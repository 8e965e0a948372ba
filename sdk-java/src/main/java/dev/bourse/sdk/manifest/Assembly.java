package dev.bourse.sdk.manifest;

/**
 * A prompt put together from its segments.
 *
 * @param manifest what it is made from
 * @param stableText the prefix that stays, byte for byte the same for the same stable segments
 * @param volatileText what follows it
 */
public record Assembly(ContextManifest manifest, String stableText, String volatileText) {
  /** The whole prompt. */
  public String text() {
    return stableText + volatileText;
  }
}
