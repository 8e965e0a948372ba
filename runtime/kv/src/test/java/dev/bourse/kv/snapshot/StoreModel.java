package dev.bourse.kv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.kv.snapshot.Snapshots.Expected;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a store has to have: a map. Where an operation failed, or was interrupted, either outcome is
 * right until one is seen; and as long as nothing else was acknowledged for that user, a power
 * failure may bring the other one back.
 */
final class StoreModel {
  private final Map<SnapshotName, Expected> names = new TreeMap<>();
  private final Map<SnapshotName, Set<Optional<Expected>>> doubtful = new HashMap<>();
  private Instant now;

  StoreModel(Instant now) {
    this.now = now;
  }

  void advance(long seconds) {
    now = now.plusSeconds(seconds);
  }

  Instant now() {
    return now;
  }

  Optional<Expected> get(SnapshotName name) {
    return visible(Optional.ofNullable(names.get(name)));
  }

  private Optional<Expected> visible(Optional<Expected> snapshot) {
    return snapshot.filter(some -> !some.manifest().expiredAt(now));
  }

  List<SnapshotName> visible() {
    return names.keySet().stream().filter(name -> get(name).isPresent()).toList();
  }

  /** An operation was acknowledged: its names are so, and nothing of its user is in doubt. */
  void acknowledged(String user, Map<SnapshotName, Optional<Expected>> changes) {
    doubtful.keySet().removeIf(name -> name.user().equals(user));
    changes.forEach(this::set);
  }

  private void set(SnapshotName name, Optional<Expected> snapshot) {
    snapshot.ifPresentOrElse(some -> names.put(name, some), () -> names.remove(name));
  }

  /** An operation may have been done. */
  void inDoubt(Map<SnapshotName, Optional<Expected>> changes) {
    changes.forEach(
        (name, after) -> {
          Set<Optional<Expected>> either =
              doubtful.computeIfAbsent(name, any -> new LinkedHashSet<>());
          either.add(Optional.ofNullable(names.get(name)));
          either.add(after);
        });
  }

  Set<SnapshotName> inDoubt() {
    return new TreeSet<>(doubtful.keySet());
  }

  /** What may be seen under this name. */
  Set<Optional<Expected>> possible(SnapshotName name) {
    Set<Optional<Expected>> possible = new LinkedHashSet<>();
    for (Optional<Expected> one : doubtful.getOrDefault(name, Set.of())) {
      possible.add(visible(one));
    }
    if (possible.isEmpty()) {
      possible.add(get(name));
    }
    return possible;
  }

  /** What was seen is so, as long as there is power. */
  void seen(SnapshotName name, Optional<Expected> snapshot) {
    if (!get(name).equals(snapshot)) {
      set(name, snapshot);
    }
  }

  /** What was seen of an operation that may have been done is all of it, or nothing. */
  void assertWhole(Map<SnapshotName, Optional<Expected>> changes) {
    long done =
        changes.entrySet().stream()
            .filter(change -> get(change.getKey()).equals(change.getValue()))
            .count();
    assertThat(done).as("%s", changes).isIn(0L, (long) changes.size());
  }

  /** After a power failure what is seen is on disk. */
  void certain() {
    doubtful.clear();
  }
}
