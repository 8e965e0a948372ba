package dev.bourse.kv.snapshot;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot as a list shows it.
 *
 * @param name whose it is, and its name
 * @param created when it was saved; of a damaged one, when its file was changed last
 * @param expires from when on it is gone
 * @param tokens in it
 * @param bytes of its pages on disk
 * @param sharedBytes those of {@code bytes} that other names refer to as well
 * @param model its model's name
 * @param grants users who may open it, besides its owner
 * @param problem why it, or some of it, cannot be read; of a damaged manifest nothing but the name
 *     and this is known, and the numbers are 0
 */
public record SnapshotInfo(
    SnapshotName name,
    Instant created,
    Optional<Instant> expires,
    int tokens,
    long bytes,
    long sharedBytes,
    String model,
    Set<String> grants,
    Optional<String> problem) {}
