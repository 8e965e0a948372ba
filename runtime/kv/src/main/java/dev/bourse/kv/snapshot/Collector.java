package dev.bourse.kv.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Deletes what is dead: mark, from the manifests, and sweep. Used with the folder's lock held, so
 * nobody is writing. At every point what a manifest refers to is there; a crash leaves garbage for
 * the next collection.
 */
final class Collector {
  private final StoreState state;
  private final StoreFolder folder;
  private final List<String> problems = new ArrayList<>();
  private int expired;
  private int segments;
  private int leftovers;
  private long bytes;

  Collector(StoreState state) {
    this.state = state;
    this.folder = state.folder();
  }

  Collected collect() throws IOException {
    state.announce();
    // Somebody may have changed files by hand.
    state.forget();
    for (Path path : folder.leftovers()) {
      leftovers += delete(path) ? 1 : 0;
    }
    List<Summary> names = dropExpired(state.catalog().all());
    // No segment goes before it is certain that the names that referred to it do not come back.
    for (String user : folder.users()) {
      folder.syncNames(user);
    }
    if (canAllBeRead(names)) {
      Map<String, Set<PageRef>> live = live(names);
      for (String id : folder.segments()) {
        if (!live.containsKey(id)) {
          sweep(id);
        }
      }
      Compactor compactor = new Compactor(state, live, names);
      compactor.compact().forEach(this::sweep);
      bytes -= compactor.bytesWritten();
      problems.addAll(compactor.problems());
    }
    state.forget();
    return new Collected(expired, segments, bytes, leftovers, problems);
  }

  private List<Summary> dropExpired(List<Summary> names) {
    List<Summary> kept = new ArrayList<>();
    for (Summary name : names) {
      if (!name.expiredAt(state.config().clock().instant())) {
        kept.add(name);
      } else if (delete(folder.manifest(name.name()))) {
        expired++;
      } else {
        kept.add(name);
      }
    }
    return kept;
  }

  /** A manifest that cannot be read may refer to any segment. */
  private boolean canAllBeRead(List<Summary> names) {
    List<Summary> damaged = names.stream().filter(name -> name.problem().isPresent()).toList();
    for (Summary name : damaged) {
      problems.add(
          "no segment was deleted, as nobody knows which ones %s needs: %s"
              .formatted(name.name(), name.problem().orElseThrow()));
    }
    return damaged.isEmpty();
  }

  private static Map<String, Set<PageRef>> live(List<Summary> names) {
    Map<String, Set<PageRef>> live = new TreeMap<>();
    for (Summary name : names) {
      for (PageRef page : name.refs()) {
        live.computeIfAbsent(page.segment(), id -> new HashSet<>()).add(page);
      }
    }
    return live;
  }

  private void sweep(String id) {
    segments += delete(folder.segment(id)) ? 1 : 0;
  }

  private boolean delete(Path path) {
    try {
      long size = folder.storage().size(path).orElse(0);
      folder.storage().delete(path);
      bytes += size;
      return true;
    } catch (IOException e) {
      problems.add("%s cannot be deleted: %s".formatted(path, SnapshotException.describe(e)));
      return false;
    }
  }
}
