package dev.bourse.sdk.manifest;

/**
 * How a text was tokenized.
 *
 * @param tokens how many token ids it became
 * @param digest {@link Digest#hashTokenIds} of them
 */
public record Tokenization(int tokens, Digest digest) {
  /** Not recorded. */
  public static final Tokenization NONE = new Tokenization(0, Digest.ZERO);

  /** What to record of these token ids. */
  public static Tokenization of(int... ids) {
    return new Tokenization(ids.length, Digest.hashTokenIds(ids));
  }

  /** Whether nothing was recorded. */
  public boolean isZero() {
    return digest.isZero();
  }

  @Override
  public String toString() {
    return tokens + " tokens, sha256 " + digest;
  }
}
