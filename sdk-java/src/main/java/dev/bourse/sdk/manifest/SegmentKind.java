package dev.bourse.sdk.manifest;

import java.util.Optional;

/**
 * What a segment of a prompt is. The order of the constants is the order in the prompt: what
 * changes least comes first, so that as much of the beginning as possible stays the same.
 */
public enum SegmentKind {
  SYSTEM("system", CacheClass.PINNED),
  TOOLS("tools", CacheClass.PINNED),
  REPO_RULES("repo_rules", CacheClass.PINNED),
  REPO_MAP("repo_map", CacheClass.REPO_MAP),
  PINNED("pinned", CacheClass.PINNED),
  DIFF("diff", CacheClass.VOLATILE),
  TERMINAL("terminal", CacheClass.VOLATILE),
  USER_TURN("user_turn", CacheClass.VOLATILE);

  private final String key;
  private final CacheClass cacheClass;

  SegmentKind(String key, CacheClass cacheClass) {
    this.key = key;
    this.cacheClass = cacheClass;
  }

  /** Its name in manifests. */
  public String key() {
    return key;
  }

  /** How long it is worth keeping. */
  public CacheClass cacheClass() {
    return cacheClass;
  }

  /** Whether it belongs to the stable prefix. */
  public boolean isStable() {
    return cacheClass != CacheClass.VOLATILE;
  }

  static Optional<SegmentKind> byKey(String key) {
    for (SegmentKind kind : values()) {
      if (kind.key.equals(key)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
