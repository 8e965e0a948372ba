package dev.bourse.sdk;

import dev.bourse.sdk.manifest.ContextManifest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How a context is saved.
 *
 * {@snippet :
 * context.save("trip", SaveOptions.DEFAULT.replacing().expiringAfter(Duration.ofDays(7)));
 * }
 *
 * @param replace whether a snapshot that has the name already gives way, at once and as a whole
 * @param ttl after how long it is deleted, in whole seconds; never, if empty
 * @param manifest what it was made from, for whoever opens it
 * @param grants users who may open it as {@code @owner/name}
 */
public record SaveOptions(
    boolean replace,
    Optional<Duration> ttl,
    Optional<ContextManifest> manifest,
    Set<String> grants) {

  /** Fails if the name is taken, stays until deleted, has no manifest, is the owner's alone. */
  public static final SaveOptions DEFAULT =
      new SaveOptions(false, Optional.empty(), Optional.empty(), Set.of());

  /** Checks the time to live. */
  public SaveOptions {
    grants = Collections.unmodifiableSet(new TreeSet<>(grants));
    if (ttl.isPresent() && ttl.get().compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "a snapshot lives for at least one second, not " + ttl.get());
    }
  }

  /** The time to live as the guest ABI has it, or 0 for ever. */
  // Duration.toSeconds is missing in the class library of the wasm compiler.
  @SuppressWarnings("JavaDurationGetSecondsToToSeconds")
  public long ttlSeconds() {
    return ttl.isPresent() ? ttl.get().getSeconds() : 0;
  }

  /** Takes the place of a snapshot of the same name. */
  public SaveOptions replacing() {
    return new SaveOptions(true, ttl, manifest, grants);
  }

  /** Is deleted when {@code time} has passed. */
  public SaveOptions expiringAfter(Duration time) {
    return new SaveOptions(replace, Optional.of(time), manifest, grants);
  }

  /** Says what it was made from. */
  public SaveOptions withManifest(ContextManifest what) {
    return new SaveOptions(replace, ttl, Optional.of(what), grants);
  }

  /** Can be opened by these users as well. */
  public SaveOptions grantedTo(String... users) {
    Set<String> all = new TreeSet<>(grants);
    all.addAll(Arrays.asList(users));
    return new SaveOptions(replace, ttl, manifest, all);
  }
}
