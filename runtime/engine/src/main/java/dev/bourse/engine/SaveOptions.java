package dev.bourse.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a snapshot is saved.
 *
 * @param replace whether a snapshot of that name is replaced, in one step
 * @param timeToLive after which it is gone; for ever if empty
 * @param contextManifest what its author wants to find with it, as text; the engine keeps it
 * @param grants users who may open it too
 */
public record SaveOptions(
    boolean replace,
    Optional<Duration> timeToLive,
    Optional<String> contextManifest,
    Set<String> grants) {
  /** Under a free name, for ever, for nobody else. */
  public static final SaveOptions DEFAULT =
      new SaveOptions(false, Optional.empty(), Optional.empty(), Set.of());

  public SaveOptions {
    if (timeToLive.isPresent() && !timeToLive.get().isPositive()) {
      throw new EngineException(
          "a snapshot cannot live for " + timeToLive.get() + ": the time must be positive");
    }
    grants = Set.copyOf(grants);
  }

  /** The same, replacing a snapshot of that name. */
  public SaveOptions replacing() {
    return new SaveOptions(true, timeToLive, contextManifest, grants);
  }
}
