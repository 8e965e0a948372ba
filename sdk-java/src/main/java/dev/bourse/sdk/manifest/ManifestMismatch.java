package dev.bourse.sdk.manifest;

/**
 * Why two manifests are not the same.
 *
 * @param field the first part that differs, as a path into the manifest
 * @param reason both of its values, in words
 */
public record ManifestMismatch(String field, String reason) {
  static ManifestMismatch of(String field, Object saved, Object expected) {
    return new ManifestMismatch(field, "saved with " + saved + ", expected " + expected);
  }

  /** The whole reason, for a person. */
  public String message() {
    return "the context manifest does not match at " + field + ": " + reason;
  }
}
