package dev.bourse.engine;

import dev.bourse.kv.PageContent;
import dev.bourse.kv.PageHasher;
import dev.bourse.kv.PageKey;
import dev.bourse.kv.snapshot.PageKeys;
import dev.bourse.kv.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys that an engine gives the pages of a snapshot, from its manifest alone. */
public final class SnapshotKeys implements PageKeys {
  /** Keys for the pages of any snapshot. */
  public SnapshotKeys() {}

  @Override
  public List<PageKey> of(SnapshotManifest manifest) {
    PageHasher hasher =
        new PageHasher(() -> manifest.fingerprint().modelDigest(), manifest.fingerprint().layout());
    BitSet dropped = new BitSet();
    manifest.dropped().forEach(range -> dropped.set(range.first(), range.end()));
    List<PageKey> keys = new ArrayList<>();
    ManifestRows rows = new ManifestRows(manifest);
    @Nullable PageKey parent = null;
    int pageTokens = manifest.fingerprint().layout().pageTokens();
    for (int page = 0; page < manifest.pages(); page++) {
      PageContent content = rows.page(page, pageTokens);
      parent = hasher.key(parent, hasher.lineage(rows.lineageAt(page * pageTokens)), content);
      if (!dropped.get(page)) {
        keys.add(parent);
      }
    }
    return keys;
  }
}
