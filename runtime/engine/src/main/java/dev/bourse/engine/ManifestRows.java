package dev.bourse.engine;

import dev.bourse.kv.PageContent;
import dev.bourse.kv.Rows;
import dev.bourse.kv.snapshot.LineageRun;
import dev.bourse.kv.snapshot.SnapshotManifest;
import java.util.HashMap;
import java.util.Map;

/** The rows of a manifest, in pages of any size. */
final class ManifestRows {
  private final SnapshotManifest manifest;
  private final Map<Integer, int[]> masks = new HashMap<>();
  private final AdapterRuns adapters;

  /**
   * @throws IllegalArgumentException if the manifest lists adapters in another way than it should
   */
  ManifestRows(SnapshotManifest manifest) {
    this.manifest = manifest;
    this.adapters = AdapterRuns.of(manifest.fingerprint().adapter());
    manifest.masks().forEach(mask -> masks.put(mask.slot(), mask.runs()));
  }

  int length() {
    return manifest.tokens().length;
  }

  /** The rows of page {@code index}, which is not full if it is the last. */
  PageContent page(int index, int pageTokens) {
    int end = Math.min(length(), (index + 1) * pageTokens);
    Rows rows = new Rows();
    for (int slot = index * pageTokens; slot < end; slot++) {
      rows.add(
          manifest.tokens()[slot], manifest.positions()[slot], masks.get(slot), adapters.at(slot));
    }
    return rows.first(rows.count());
  }

  /** Whose page the row in {@code slot} was saved in. */
  String lineageAt(int slot) {
    int page = slot / manifest.fingerprint().layout().pageTokens();
    for (LineageRun run : manifest.lineages()) {
      if (page < run.pages()) {
        return run.name();
      }
      page -= run.pages();
    }
    throw new IllegalStateException("the lineages of a manifest end before its pages");
  }
}
