package dev.bourse.host.java;

import dev.bourse.host.mcp.McpException;
import dev.bourse.host.mcp.McpSession;
import dev.bourse.host.mcp.ProcessMcp;
import dev.bourse.sdk.spi.GuestMcp;
import dev.bourse.sdk.spi.GuestMcpSession;
import java.util.List;

/** The SDK's view of MCP servers, in the host's own JVM. */
record JavaMcp(JavaRuntime runtime, ProcessMcp process) implements GuestMcp {

  private interface Call<T> {
    T run() throws McpException, InterruptedException;
  }

  private static <T> T call(JavaRuntime runtime, Call<T> call) {
    return runtime.call(
        () -> {
          try {
            return call.run();
          } catch (McpException e) {
            throw new dev.bourse.sdk.McpException(
                e.code(), String.valueOf(e.getMessage()), e.data());
          }
        });
  }

  @Override
  public List<String> servers() {
    return process.names();
  }

  @Override
  public GuestMcpSession connect(String server) {
    return new Session(runtime, process, call(runtime, () -> process.connect(server)));
  }

  private record Session(JavaRuntime runtime, ProcessMcp process, McpSession session)
      implements GuestMcpSession {

    @Override
    public String listTools() {
      return call(runtime, session::listTools);
    }

    @Override
    public String callTool(String name, String arguments) {
      return call(runtime, () -> session.callTool(name, arguments));
    }

    @Override
    public String listResources() {
      return call(runtime, session::listResources);
    }

    @Override
    public String readResource(String uri) {
      return call(runtime, () -> session.readResource(uri));
    }

    @Override
    public String listPrompts() {
      return call(runtime, session::listPrompts);
    }

    @Override
    public String getPrompt(String name, String arguments) {
      return call(runtime, () -> session.getPrompt(name, arguments));
    }

    @Override
    public void close() {
      process.close(session);
    }
  }
}
