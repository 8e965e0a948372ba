package dev.bourse.host.mcp;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** A server as the operator configures it. */
public sealed interface McpServer {

  /**
   * A program that is started for each session, and spoken to over its standard input and output.
   *
   * @param command the program and its arguments
   * @param environment variables that it gets beside a few of the host's own
   */
  record Program(List<String> command, Map<String, String> environment) implements McpServer {
    public Program {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
      if (command.isEmpty() || command.getFirst().isBlank()) {
        throw new IllegalArgumentException("the command of a server names a program");
      }
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
      return "Program[command=%s, environment=%s]".formatted(command, environment.keySet());
    }
  }

  /**
   * An address that speaks streamable HTTP.
   *
   * @param url with the scheme http or https
   * @param headers sent with every request
   */
  record Address(URI url, Map<String, String> headers) implements McpServer {
    public Address {
      headers = Map.copyOf(headers);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (!web || url.getRawAuthority() == null) {
        throw new IllegalArgumentException("\"%s\" is no http or https URL".formatted(url));
      }
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
      return "Address[url=%s, headers=%s]".formatted(url, headers.keySet());
    }
  }
}
