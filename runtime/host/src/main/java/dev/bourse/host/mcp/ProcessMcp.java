package dev.bourse.host.mcp;

import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import java.util.ArrayList;
import java.util.List;

/** The sessions of one process, which end with it. Used on the process's own thread. */
public final class ProcessMcp {
  private final InferletProcess process;
  private final McpServers servers;
  private final List<McpSession> open = new ArrayList<>();

  public ProcessMcp(InferletProcess process, McpServers servers) {
    this.process = process;
    this.servers = servers;
    process.resources().onEnd(() -> List.copyOf(open).forEach(this::close));
  }

  /** The names of the servers that the process may connect to. */
  public List<String> names() {
    return process.capabilities().has(Capability.MCP) ? servers.names() : List.of();
  }

  /** Opens a session. */
  public McpSession connect(String name) throws McpException, InterruptedException {
    if (!process.capabilities().has(Capability.MCP)) {
      throw new McpException(
          McpException.NOT_REGISTERED,
          Capabilities.refusal(Capability.MCP, "a session with an MCP server"));
    }
    int most = servers.settings().processSessions();
    if (open.size() >= most) {
      throw new McpException(
          McpException.SERVER_FAILED,
          "this process has %d sessions with servers open, which is its limit".formatted(most));
    }
    McpSession session = servers.connect(name);
    open.add(session);
    return session;
  }

  public void close(McpSession session) {
    open.remove(session);
    session.close();
  }
}
