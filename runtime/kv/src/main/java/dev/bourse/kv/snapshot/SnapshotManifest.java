package dev.bourse.kv.snapshot;

import dev.bourse.kv.PageRange;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Everything about a snapshot but the bytes of its pages. The arrays are not copied: whoever makes
 * or reads a manifest does not change them.
 *
 * @param created when it was saved
 * @param expires from when on it is gone
 * @param fingerprint what its pages were computed with
 * @param tokens in order of the slots
 * @param positions of the tokens
 * @param masks of the rows that do not see everything before them, in order of their slots
 * @param committedPages pages before the guest's boundary
 * @param reservedPages working pages reserved beyond those with tokens
 * @param lineages which lineage the pages' keys belong to, in order
 * @param dropped pages that no row can see and that are not stored, in order
 * @param window what later tokens see, if not everything that is not dropped
 * @param contextManifest the caller's own, kept as it is
 * @param grants users who may open it, besides its owner
 */
@SuppressWarnings("ArrayRecordComponent") // compared below
public record SnapshotManifest(
    Instant created,
    Optional<Instant> expires,
    Fingerprint fingerprint,
    int[] tokens,
    int[] positions,
    List<RowMask> masks,
    int committedPages,
    int reservedPages,
    List<LineageRun> lineages,
    List<PageRange> dropped,
    Optional<SlidingWindow> window,
    Optional<String> contextManifest,
    Set<String> grants) {

  /**
   * @throws IllegalArgumentException naming the field that contradicts another
   */
  public SnapshotManifest {
    masks = List.copyOf(masks);
    lineages = List.copyOf(lineages);
    dropped = List.copyOf(dropped);
    grants = Set.copyOf(grants);
    ManifestChecks.check(
        fingerprint.layout(),
        tokens,
        positions,
        masks,
        committedPages,
        reservedPages,
        lineages,
        dropped,
        grants);
  }

  /** One whose later tokens see everything that is not dropped. */
  public SnapshotManifest(
      Instant created,
      Optional<Instant> expires,
      Fingerprint fingerprint,
      int[] tokens,
      int[] positions,
      List<RowMask> masks,
      int committedPages,
      int reservedPages,
      List<LineageRun> lineages,
      List<PageRange> dropped,
      Optional<String> contextManifest,
      Set<String> grants) {
    this(
        created,
        expires,
        fingerprint,
        tokens,
        positions,
        masks,
        committedPages,
        reservedPages,
        lineages,
        dropped,
        Optional.empty(),
        contextManifest,
        grants);
  }

  /** Pages of the snapshot, dropped ones among them. */
  public int pages() {
    return fingerprint.layout().pagesFor(tokens.length);
  }

  /** Pages of the snapshot that are stored. */
  public int storedPages() {
    return pages() - dropped.stream().mapToInt(PageRange::count).sum();
  }

  /** The same, with other grants. */
  public SnapshotManifest withGrants(Set<String> others) {
    return with(created, expires, lineages, others);
  }

  /** What is exported: for whom and for how long is not taken along. */
  SnapshotManifest exported() {
    return with(created, Optional.empty(), lineages, Set.of());
  }

  /**
   * What an exported manifest becomes when it is imported: pages that may be anything, so of a
   * lineage that nobody else has.
   *
   * @param sha256 of the file
   */
  SnapshotManifest imported(String sha256, Instant now) {
    List<LineageRun> own =
        pages() == 0 ? List.of() : List.of(new LineageRun("import:" + sha256, pages()));
    return with(now, Optional.empty(), own, Set.of());
  }

  private SnapshotManifest with(
      Instant newCreated,
      Optional<Instant> newExpires,
      List<LineageRun> newLineages,
      Set<String> newGrants) {
    return new SnapshotManifest(
        newCreated,
        newExpires,
        fingerprint,
        tokens,
        positions,
        masks,
        committedPages,
        reservedPages,
        newLineages,
        dropped,
        window,
        contextManifest,
        newGrants);
  }

  /** Whether it is gone at {@code now}. */
  public boolean expiredAt(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnapshotManifest that
        && created.equals(that.created)
        && expires.equals(that.expires)
        && fingerprint.equals(that.fingerprint)
        && Arrays.equals(tokens, that.tokens)
        && Arrays.equals(positions, that.positions)
        && masks.equals(that.masks)
        && committedPages == that.committedPages
        && reservedPages == that.reservedPages
        && lineages.equals(that.lineages)
        && dropped.equals(that.dropped)
        && window.equals(that.window)
        && contextManifest.equals(that.contextManifest)
        && grants.equals(that.grants);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        created, fingerprint, Arrays.hashCode(tokens), Arrays.hashCode(positions), lineages);
  }
}
