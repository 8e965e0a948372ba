package dev.bourse.host.mcp;

import dev.bourse.host.http.Network;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The servers of a host, and how many sessions there are with them. Thread safe. */
public final class McpServers {
  private final McpSettings settings;
  private final Network network;
  private final Semaphore places;

  /** Servers that are reached over {@code network}, if not over a pipe. */
  public McpServers(McpSettings settings, Network network) {
    this.settings = settings;
    this.network = network;
    this.places = new Semaphore(settings.sessions());
  }

  public McpSettings settings() {
    return settings;
  }

  public List<String> names() {
    return List.copyOf(settings.servers().keySet());
  }

  /** Sessions that are open. */
  public int openSessions() {
    return settings.sessions() - places.availablePermits();
  }

  /** Starts or reaches a server, and opens a session with it. */
  McpSession connect(String name) throws McpException, InterruptedException {
    McpServer server = settings.servers().get(name);
    if (server == null) {
      throw new McpException(
          McpException.NOT_REGISTERED,
          "there is no server \"%s\"; the configuration has %s"
              .formatted(name, names().isEmpty() ? "none" : String.join(", ", names())));
    }
    if (!places.tryAcquire()) {
      throw new McpException(
          McpException.SERVER_FAILED,
          "%d sessions with servers are open, which is the limit".formatted(settings.sessions()));
    }
    Transport transport;
    try {
      transport =
          switch (server) {
            case McpServer.Program program -> StdioTransport.start(name, program);
            case McpServer.Address address -> new HttpTransport(name, address, network);
          };
    } catch (McpException | RuntimeException e) {
      places.release();
      throw e;
    }
    return McpSession.open(name, transport, settings.timeout(), places::release);
  }
}
