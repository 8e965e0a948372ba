package dev.bourse.sdk;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A saved context, as a list shows it.
 *
 * @param owner whose it is
 * @param name its name among the owner's
 * @param model the model it belongs to
 * @param created when it was saved
 * @param expires from when on it is gone
 * @param tokens in it
 * @param bytes its pages take on disk
 * @param sharedBytes of those, what other snapshots refer to as well
 * @param grants users who may open it, besides its owner
 * @param problem why it, or some of it, cannot be read
 */
public record SnapshotInfo(
    String owner,
    String name,
    String model,
    Instant created,
    Optional<Instant> expires,
    int tokens,
    long bytes,
    long sharedBytes,
    Set<String> grants,
    Optional<String> problem) {}
