package dev.bourse.server.snapshots;

import com.google.protobuf.Timestamp;
import dev.bourse.client.BourseClient;
import dev.bourse.proto.v1.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The snapshots that a server has for the tenant whose key is shown. */
record RemoteSnapshots(BourseClient client) {

  List<SnapshotEntry> list() {
    String tenant = tenant();
    return client.snapshots().stream().map(snapshot -> entry(tenant, snapshot)).toList();
  }

  SnapshotEntry snapshot(String name) {
    return entry(tenant(), client.snapshot(name));
  }

  /** Whose key is shown, or who is on the server's machine. */
  private String tenant() {
    return client.tenants(false).getFirst().getName();
  }

  private static SnapshotEntry entry(String tenant, Snapshot snapshot) {
    return new SnapshotEntry(
        tenant,
        snapshot.getName(),
        instant(snapshot.getCreatedAt()),
        snapshot.hasExpiresAt() ? Optional.of(instant(snapshot.getExpiresAt())) : Optional.empty(),
        snapshot.getTokens(),
        snapshot.getBytes(),
        snapshot.getSharedBytes(),
        snapshot.getModel(),
        Optional.empty(),
        Optional.empty());
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
