package dev.bourse.kv.snapshot;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the store has to know about a name without reading its manifest again.
 *
 * @param problem why the manifest cannot be read; everything else is empty then
 * @param fileBytes of the manifest
 */
record Summary(
    SnapshotName name,
    Instant created,
    Optional<Instant> expires,
    int tokens,
    String model,
    Set<String> grants,
    List<PageRun> runs,
    long pageBytes,
    long fileBytes,
    Optional<String> problem) {

  static Summary of(SnapshotName name, StoredManifest stored, long fileBytes) {
    SnapshotManifest manifest = stored.manifest();
    return new Summary(
        name,
        manifest.created(),
        manifest.expires(),
        manifest.tokens().length,
        manifest.fingerprint().modelName(),
        manifest.grants(),
        stored.runs(),
        stored.pageBytes(),
        fileBytes,
        Optional.empty());
  }

  static Summary damaged(SnapshotName name, Instant modified, long fileBytes, String problem) {
    return new Summary(
        name,
        modified,
        Optional.empty(),
        0,
        "",
        Set.of(),
        List.of(),
        0,
        fileBytes,
        Optional.of(problem));
  }

  boolean expiredAt(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }

  List<PageRef> refs() {
    return PageRun.expand(runs, pageBytes);
  }
}
