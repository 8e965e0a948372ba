package dev.bourse.server.config;

import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.NetworkSettings;
import java.util.List;

/** The keys of the table {@code [inferlets.http]}. */
final class HttpKeys {
  private static final NetworkSettings USUAL = NetworkSettings.DEFAULT;

  static final Key<List<String>> ALLOW =
      Key.of(
          "allow",
          Kind.texts("hosts", AllowList::of),
          USUAL.allow().entries(),
          "Hosts that inferlets may talk to: a name, *.NAME for all below it, * for any name,",
          "an address or a block of them such as 10.0.0.0/8, each with :PORT or without. A name",
          "may be at public addresses; at others only if they are listed too.");

  static final Key<Integer> CONNECTIONS =
      Key.of(
          "connections",
          Kind.whole(1, 10_000),
          USUAL.connections(),
          "Connections open at once, of all inferlets together.");

  static final Key<Integer> PROCESS_CONNECTIONS =
      Key.of(
          "connections-per-process",
          Kind.whole(1, 10_000),
          USUAL.processConnections(),
          "Connections open at once, of one inferlet.");

  static final Key<Integer> CONNECT =
      Key.of(
          "connect-timeout-seconds",
          Kind.whole(1, 600),
          (int) USUAL.connectTimeout().toSeconds(),
          "Seconds that looking a name up may take, and connecting.");

  static final Key<Integer> IDLE =
      Key.of(
          "idle-timeout-seconds",
          Kind.whole(1, 3600),
          (int) USUAL.idleTimeout().toSeconds(),
          "Seconds for which a server may send nothing, or take nothing.");

  static final List<Key<?>> ALL = List.of(ALLOW, CONNECTIONS, PROCESS_CONNECTIONS, CONNECT, IDLE);

  private HttpKeys() {}
}
