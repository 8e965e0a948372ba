package dev.bourse.sdk.manifest;

/** How long a part of a prompt is worth keeping, from the most to the least. */
public enum CacheClass {
  /** Instructions, tools, rules, files that the user pinned: they change rarely. */
  PINNED,
  /** A map of a repository: changes with it. */
  REPO_MAP,
  /** Diffs, terminal output, turns of the user: gone with the next request. */
  VOLATILE;

  /** Whether this should leave memory before {@code other} does. */
  public boolean moreEvictableThan(CacheClass other) {
    return compareTo(other) > 0;
  }
}
