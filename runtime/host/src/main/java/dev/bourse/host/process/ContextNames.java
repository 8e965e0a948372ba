package dev.bourse.host.process;

import dev.bourse.engine.EngineException;
import dev.bourse.engine.EngineProcess;
import dev.bourse.engine.SaveOptions;
import dev.bourse.kv.snapshot.SnapshotInfo;
import dev.bourse.sdk.manifest.ContextManifest;
import dev.bourse.sdk.manifest.RuntimeIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Contexts of one model under names, as one process sees them. Every method throws {@link
 * EngineException} or {@link IllegalArgumentException} with the reason, in words for the author of
 * the inferlet.
 */
public final class ContextNames {
  /** Bytes of UTF-8 a context manifest may have. */
  public static final int MANIFEST_BYTES_MAX = 256 << 10;

  /** Users a snapshot may be granted to when it is saved. */
  public static final int GRANTS_MAX = 256;

  /** Seconds a snapshot may live: a hundred years, so that no clock overflows. */
  private static final long TTL_SECONDS_MAX = 100L * 365 * 24 * 60 * 60;

  /** What a description takes in guest memory besides its texts and its grants, at most. */
  private static final int INFO_BYTES = 104;

  private final Inference inference;
  private final ServedModel model;

  public ContextNames(Inference inference, ServedModel model) {
    this.inference = inference;
    this.model = model;
  }

  public HostContext open(String name) throws InterruptedException {
    inference.requireRoomForContext();
    return inference.adopt(model, account().open(name));
  }

  public HostContext open(String name, String expectedJson) throws InterruptedException {
    inference.requireRoomForContext();
    ContextManifest expected = parse(expectedJson);
    return inference.adopt(
        model, account().open(name, stored -> requireMatch(name, stored, expected)));
  }

  public HostContext take(String name) throws InterruptedException {
    inference.requireRoomForContext();
    return inference.adopt(model, account().take(name));
  }

  public void delete(String name) {
    account().deleteSnapshot(name);
  }

  public void rename(String from, String to) {
    account().renameSnapshot(from, to);
  }

  public boolean exists(String name) {
    return account().hasSnapshot(name);
  }

  public List<SnapshotInfo> all() {
    return account().snapshots();
  }

  /** Those whose names come after {@code after}, as many as {@code room} bytes can describe. */
  public List<SnapshotInfo> some(String after, long room) {
    List<SnapshotInfo> some = new ArrayList<>();
    long left = room;
    for (SnapshotInfo info : all()) {
      if (info.name().name().compareTo(after) > 0) {
        long bytes = bytes(info);
        if (bytes > left) {
          if (some.isEmpty()) {
            throw new IllegalArgumentException(
                "the description of snapshot \"%s\" takes up to %d bytes, there is room for %d"
                    .formatted(info.name().name(), bytes, room));
          }
          return some;
        }
        left -= bytes;
        some.add(info);
      }
    }
    return some;
  }

  private static long bytes(SnapshotInfo info) {
    long bytes = INFO_BYTES + utf8(info.name().user()) + utf8(info.name().name());
    bytes += utf8(info.model()) + info.problem().map(ContextNames::utf8).orElse(0L);
    for (String grant : info.grants()) {
      bytes += 8 + utf8(grant);
    }
    return bytes;
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  public SnapshotInfo describe(String name) {
    return account().snapshot(name);
  }

  public Optional<String> manifest(String name) {
    return account().contextManifest(name);
  }

  /**
   * The options of a save, checked.
   *
   * @param ttlSeconds unsigned
   */
  public SaveOptions options(
      boolean replace, Optional<Long> ttlSeconds, Optional<String> manifest, Set<String> grants) {
    if (grants.size() > GRANTS_MAX) {
      throw new IllegalArgumentException(
          "a snapshot can be granted to %d users, not to %d".formatted(GRANTS_MAX, grants.size()));
    }
    return new SaveOptions(
        replace,
        ttlSeconds.map(ContextNames::timeToLive),
        manifest.map(this::canonical),
        Set.copyOf(grants));
  }

  private static Duration timeToLive(long seconds) {
    if (seconds < 1 || seconds > TTL_SECONDS_MAX) {
      throw new IllegalArgumentException(
          "a snapshot lives for 1 to %d seconds, not for %s"
              .formatted(TTL_SECONDS_MAX, Long.toUnsignedString(seconds)));
    }
    return Duration.ofSeconds(seconds);
  }

  /** What is kept is a manifest, in canonical form, and true of this engine. */
  private String canonical(String json) {
    ContextManifest manifest = parse(json);
    manifest
        .runtime()
        .mismatch(model.runtime())
        .ifPresent(
            mismatch -> {
              throw new IllegalArgumentException(mismatch.message());
            });
    return manifest.toJson();
  }

  private static ContextManifest parse(String json) {
    long bytes = utf8(json);
    if (bytes > MANIFEST_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a context manifest of %d bytes is too long: the limit is %d"
              .formatted(bytes, MANIFEST_BYTES_MAX));
    }
    return ContextManifest.parse(json);
  }

  private static void requireMatch(String name, Optional<String> stored, ContextManifest expected) {
    if (stored.isEmpty()) {
      throw new EngineException(
          "snapshot \"%s\" was saved without a context manifest, so nobody knows whether it is what"
                  .formatted(name)
              + " is expected");
    }
    ContextManifest.parse(stored.get())
        .mismatch(expected)
        .ifPresent(
            mismatch -> {
              throw new EngineException("snapshot \"%s\": %s".formatted(name, mismatch.message()));
            });
  }

  public RuntimeIdentity runtime() {
    return model.runtime();
  }

  private EngineProcess account() {
    return inference.account(model);
  }
}
