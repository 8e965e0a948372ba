package dev.bourse.host.process;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One thing beyond computing that a program may do, if it was allowed to. The {@link #key} is its
 * name in manifests and in errors.
 */
public enum Capability {
  /** A scratch directory of its own, and the folders that the host mounts. */
  FILES("files"),
  /** Connections to hosts that the configuration lists. */
  NETWORK("network"),
  /** Starting other programs. */
  LAUNCH("launch"),
  /** Queues and broadcasts shared with other processes of the user. */
  MESSAGING("messaging"),
  /** Servers of the Model Context Protocol that the configuration lists. */
  MCP("mcp"),
  /** Contexts of the user under names. */
  SNAPSHOTS("snapshots"),
  /** Adapters of the user under names, and their files. */
  ADAPTERS("adapters");

  private final String key;

  Capability(String key) {
    this.key = key;
  }

  public String key() {
    return key;
  }

  public static Optional<Capability> byKey(String key) {
    return Arrays.stream(values()).filter(capability -> capability.key.equals(key)).findFirst();
  }

  public static String keys() {
    return Arrays.stream(values()).map(Capability::key).collect(Collectors.joining(", "));
  }
}
