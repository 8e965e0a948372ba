package dev.bourse.server.snapshots;

import dev.bourse.kv.snapshot.SnapshotInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot in a list, as JSON.
 *
 * @param user whose it is
 * @param name its name
 * @param created when it was saved
 * @param expires from when on it is gone
 * @param tokens in it
 * @param bytes of its pages on disk
 * @param sharedBytes those of {@code bytes} that other names refer to as well
 * @param model its model's name
 * @param grants users who may open it, besides its owner; empty if that is not known
 * @param problem why it, or some of it, cannot be read
 */
record SnapshotEntry(
    String user,
    String name,
    Instant created,
    Optional<Instant> expires,
    long tokens,
    long bytes,
    long sharedBytes,
    String model,
    Optional<List<String>> grants,
    Optional<String> problem) {

  static SnapshotEntry of(SnapshotInfo info) {
    return new SnapshotEntry(
        info.name().user(),
        info.name().name(),
        info.created(),
        info.expires(),
        info.tokens(),
        info.bytes(),
        info.sharedBytes(),
        info.model(),
        Optional.of(info.grants().stream().sorted().toList()),
        info.problem());
  }
}
