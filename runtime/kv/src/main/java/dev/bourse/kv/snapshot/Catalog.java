package dev.bourse.kv.snapshot;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known about the names. Which names there are is always asked of the folder; what their
 * manifests say is kept as long as nobody else has changed the folder. Used with the folder's lock
 * held.
 */
final class Catalog {
  private final StoreFolder folder;
  private final Map<SnapshotName, Summary> known = new HashMap<>();

  Catalog(StoreFolder folder) {
    this.folder = folder;
  }

  /** Forgets everything: somebody else has changed the folder, or a change of ours has failed. */
  void clear() {
    known.clear();
  }

  void put(Summary summary) {
    known.put(summary.name(), summary);
  }

  void remove(SnapshotName name) {
    known.remove(name);
  }

  /** A name, expired or damaged or not, if it is there. */
  Optional<Summary> find(SnapshotName name) throws IOException {
    return folder.storage().size(folder.manifest(name)).isPresent()
        ? Optional.of(summary(name))
        : Optional.empty();
  }

  List<Summary> ofUser(String user) throws IOException {
    List<Summary> summaries = new ArrayList<>();
    for (SnapshotName name : folder.names(user)) {
      summaries.add(summary(name));
    }
    return summaries;
  }

  List<Summary> all() throws IOException {
    List<Summary> summaries = new ArrayList<>();
    for (String user : folder.users()) {
      summaries.addAll(ofUser(user));
    }
    return summaries;
  }

  private Summary summary(SnapshotName name) throws IOException {
    Summary summary = known.get(name);
    if (summary == null) {
      summary = load(name);
      if (summary.problem().isEmpty()) {
        known.put(name, summary);
      }
    }
    return summary;
  }

  private Summary load(SnapshotName name) throws IOException {
    long bytes = 0;
    Instant modified = Instant.EPOCH;
    try {
      bytes = folder.storage().size(folder.manifest(name)).orElse(0);
      modified = folder.storage().modified(folder.manifest(name));
      StoredManifest stored = folder.read(name);
      return Summary.of(name, stored, bytes);
    } catch (DamagedFileException e) {
      return Summary.damaged(name, modified, bytes, SnapshotException.describe(e));
    } catch (IOException e) {
      String problem = "the manifest cannot be read: " + SnapshotException.describe(e);
      return Summary.damaged(name, modified, bytes, problem);
    }
  }
}
