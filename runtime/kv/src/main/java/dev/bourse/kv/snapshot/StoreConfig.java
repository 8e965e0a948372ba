package dev.bourse.kv.snapshot;

import java.time.InstantSource;

/**
 * Limits of a store.
 *
 * @param bytesPerUser what the names of one user may refer to, a shared page counted once
 * @param segmentBytes pages a segment file may have, in bytes; at least one page is in each
 * @param clock for expiry
 */
public record StoreConfig(long bytesPerUser, long segmentBytes, InstantSource clock) {
  /**
   * @throws IllegalArgumentException if a limit is not positive
   */
  public StoreConfig {
    if (bytesPerUser <= 0 || segmentBytes <= 0) {
      throw new IllegalArgumentException(
          "the limits of a snapshot store must be positive: "
              + bytesPerUser
              + " bytes a user, "
              + segmentBytes
              + " bytes a segment");
    }
  }

  /** 64 GiB a user, 256 MiB a segment, the system's clock. */
  public static StoreConfig defaults() {
    return new StoreConfig(64L << 30, 256L << 20, InstantSource.system());
  }

  public StoreConfig withBytesPerUser(long bytes) {
    return new StoreConfig(bytes, segmentBytes, clock);
  }

  public StoreConfig withSegmentBytes(long bytes) {
    return new StoreConfig(bytesPerUser, bytes, clock);
  }

  public StoreConfig withClock(InstantSource other) {
    return new StoreConfig(bytesPerUser, segmentBytes, other);
  }
}
