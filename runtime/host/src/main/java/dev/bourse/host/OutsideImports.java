package dev.bourse.host;

import dev.bourse.host.abi.ImportModule;
import dev.bourse.host.http.HttpImports;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.ProcessNetwork;
import dev.bourse.host.java.JavaRuntime;
import dev.bourse.host.mcp.McpImports;
import dev.bourse.host.mcp.McpServers;
import dev.bourse.host.mcp.ProcessMcp;
import dev.bourse.host.process.InferletProcess;
import java.util.Optional;

/** The interfaces that reach outside the host, as its operator lets them, and all others. */
final class OutsideImports {
  private final Network network;

  private final McpServers servers;

  OutsideImports(Network network, McpServers servers) {
    this.network = network;
    this.servers = servers;
  }

  /** What a Java inferlet sees: the same. */
  JavaRuntime runtime(InferletProcess process) {
    return new JavaRuntime(
        process, new ProcessNetwork(process, network), new ProcessMcp(process, servers));
  }

  Optional<ImportModule> make(String name) {
    return switch (name) {
      case "wasi:http/types@0.2" -> Optional.of(HttpImports.types());
      case "wasi:http/outgoing-handler@0.2" -> Optional.of(HttpImports.outgoingHandler(network));
      case "pie:mcp/client" -> Optional.of(McpImports.module(servers));
      default -> StandardImports.make(name);
    };
  }
}
