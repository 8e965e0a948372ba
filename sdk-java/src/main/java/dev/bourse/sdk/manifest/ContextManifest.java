package dev.bourse.sdk.manifest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a context was made from.
 *
 * @param runtime what it was computed with
 * @param segments the parts of its prompt, in their order
 * @param stablePrefix the hash of the bytes of the stable segments together
 * @param stableTokens how the stable prefix was tokenized, if recorded
 * @param volatileTokens how what follows it was tokenized, if recorded
 */
public record ContextManifest(
    RuntimeIdentity runtime,
    List<SegmentDigest> segments,
    Digest stablePrefix,
    Tokenization stableTokens,
    Tokenization volatileTokens) {

  /** Checks that the segments are in the order of their kinds. */
  public ContextManifest {
    segments = List.copyOf(segments);
    for (int i = 1; i < segments.size(); i++) {
      if (segments.get(i - 1).kind().compareTo(segments.get(i).kind()) > 0) {
        throw new IllegalArgumentException(
            "segment "
                + i
                + ", "
                + segments.get(i).label()
                + ", must come before "
                + segments.get(i - 1).label());
      }
    }
  }

  /**
   * Puts a prompt together: segments in the order of their kinds, those of one kind in the order
   * given, their texts joined as they are.
   */
  public static Assembly assemble(RuntimeIdentity runtime, Segment... segments) {
    List<Segment> ordered = new ArrayList<>(Arrays.asList(segments));
    ordered.sort(Comparator.comparing(Segment::kind));
    StringBuilder stable = new StringBuilder();
    StringBuilder volatileText = new StringBuilder();
    List<SegmentDigest> digests = new ArrayList<>(ordered.size());
    for (Segment segment : ordered) {
      (segment.kind().isStable() ? stable : volatileText).append(segment.text());
      digests.add(SegmentDigest.of(segment));
    }
    ContextManifest manifest =
        new ContextManifest(
            runtime,
            digests,
            Digest.hashString(stable.toString()),
            Tokenization.NONE,
            Tokenization.NONE);
    return new Assembly(manifest, stable.toString(), volatileText.toString());
  }

  /** This manifest without the volatile segments: what a saved prefix holds. */
  public ContextManifest stableOnly() {
    return new ContextManifest(
        runtime,
        segments.stream().filter(segment -> segment.kind().isStable()).toList(),
        stablePrefix,
        stableTokens,
        Tokenization.NONE);
  }

  /** With the token ids of the stable text recorded. */
  public ContextManifest withStableTokenization(int... ids) {
    return new ContextManifest(
        runtime, segments, stablePrefix, Tokenization.of(ids), volatileTokens);
  }

  /** With the token ids of the volatile text recorded. */
  public ContextManifest withVolatileTokenization(int... ids) {
    return new ContextManifest(runtime, segments, stablePrefix, stableTokens, Tokenization.of(ids));
  }

  /**
   * Whether a prompt may be tokenized in two parts: the tokens of the parts must be the tokens of
   * the whole. They are not when a merge of the tokenizer reaches across the seam.
   *
   * @return what is wrong, and where; empty if the split is sound
   */
  public static Optional<ManifestMismatch> validateSplitTokenization(
      int[] stable, int[] volatileTokens, int[] whole) {
    int parts = stable.length + volatileTokens.length;
    for (int i = 0; i < Math.max(parts, whole.length); i++) {
      String alone = token(i, parts, i < stable.length ? stable : volatileTokens, stable.length);
      String together = i < whole.length ? "token " + whole[i] : "no token";
      if (!alone.equals(together)) {
        return Optional.of(
            new ManifestMismatch(
                "tokenization[" + i + "]", split(i, stable.length, alone, together)));
      }
    }
    return Optional.empty();
  }

  private static String token(int index, int parts, int[] part, int seam) {
    return index < parts ? "token " + part[index < seam ? index : index - seam] : "no token";
  }

  private static String split(int index, int seam, String alone, String together) {
    String where = index < seam ? (seam - index) + " before" : (index - seam) + " after";
    return "the whole has "
        + together
        + ", the parts have "
        + alone
        + ", "
        + where
        + " the seam at token "
        + seam
        + ": the tokenizer merges across the seam; end the stable text where no token can"
        + " reach across, such as at a special token or a line end";
  }

  /** The field of the runtime in which {@code next} differs; empty if pages can be used there. */
  public Optional<ManifestMismatch> compatibleRuntime(ContextManifest next) {
    return runtime.mismatch(next.runtime);
  }

  /**
   * Where this manifest, which a context was saved with, differs first from what is expected of it.
   * A tokenization that only one of the two has recorded is not compared.
   */
  public Optional<ManifestMismatch> mismatch(ContextManifest expected) {
    return compatibleRuntime(expected)
        .or(() -> segmentMismatch(expected))
        .or(() -> differs("stablePrefix", stablePrefix, expected.stablePrefix))
        .or(() -> differs("stableTokens", stableTokens, expected.stableTokens))
        .or(() -> differs("volatileTokens", volatileTokens, expected.volatileTokens));
  }

  private Optional<ManifestMismatch> segmentMismatch(ContextManifest expected) {
    int saved = segments.size();
    int wanted = expected.segments.size();
    for (int i = 0; i < Math.max(saved, wanted); i++) {
      Object mine = i < saved ? segments.get(i) : "no segment";
      Object theirs = i < wanted ? expected.segments.get(i) : "no segment";
      if (!mine.equals(theirs)) {
        return Optional.of(ManifestMismatch.of("segments[" + i + "]", mine, theirs));
      }
    }
    return Optional.empty();
  }

  private static Optional<ManifestMismatch> differs(String field, Digest saved, Digest expected) {
    return saved.equals(expected)
        ? Optional.empty()
        : Optional.of(ManifestMismatch.of(field, "sha256 " + saved, "sha256 " + expected));
  }

  private static Optional<ManifestMismatch> differs(
      String field, Tokenization saved, Tokenization expected) {
    return saved.isZero() || expected.isZero() || saved.equals(expected)
        ? Optional.empty()
        : Optional.of(ManifestMismatch.of(field, saved, expected));
  }

  /**
   * Whether a context that holds {@code tokens} begins as this manifest says. What is not recorded
   * is not compared.
   */
  public Optional<ManifestMismatch> mismatch(int... tokens) {
    int stable = stableTokens.tokens();
    return beginning("stableTokens", stableTokens, tokens, 0)
        .or(() -> beginning("volatileTokens", volatileTokens, tokens, stable));
  }

  private static Optional<ManifestMismatch> beginning(
      String field, Tokenization recorded, int[] tokens, int from) {
    if (recorded.isZero()) {
      return Optional.empty();
    }
    int end = Math.min(tokens.length, from + recorded.tokens());
    Tokenization held = Tokenization.of(Arrays.copyOfRange(tokens, Math.min(from, end), end));
    return held.equals(recorded)
        ? Optional.empty()
        : Optional.of(
            new ManifestMismatch(
                field, "the manifest records " + recorded + ", the context has there " + held));
  }

  /** The class of its part that is least worth keeping. */
  public CacheClass cacheClass() {
    CacheClass least = CacheClass.PINNED;
    for (SegmentDigest segment : segments) {
      CacheClass own = segment.kind().cacheClass();
      if (own.moreEvictableThan(least)) {
        least = own;
      }
    }
    return least;
  }

  /** The hash of {@link #toJson}. */
  public Digest digest() {
    return Digest.hashString(toJson());
  }

  /** The canonical JSON (RFC 8785): equal manifests have equal text. */
  public String toJson() {
    return ManifestJson.write(this);
  }

  /**
   * Reads {@link #toJson}, or any JSON with the same members.
   *
   * @throws IllegalArgumentException naming the member that is missing, unknown or wrong
   */
  public static ContextManifest parse(String json) {
    return ManifestJson.read(json);
  }
}
