package dev.bourse.sdk.wasm;

import org.teavm.interop.Import;

/** MCP servers. Names and types as in the guest ABI. */
final class McpImports {
  private McpImports() {}

  @Import(module = "pie:mcp/client", name = "available-servers")
  static native void servers(int result);

  @Import(module = "pie:mcp/client", name = "connect")
  static native void connect(int name, int nameLength, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.list-tools")
  static native void listTools(int session, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.call-tool")
  static native void callTool(
      int session, int name, int nameLength, int arguments, int argumentsLength, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.list-resources")
  static native void listResources(int session, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.read-resource")
  static native void readResource(int session, int uri, int uriLength, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.list-prompts")
  static native void listPrompts(int session, int result);

  @Import(module = "pie:mcp/client", name = "[method]session.get-prompt")
  static native void getPrompt(
      int session, int name, int nameLength, int arguments, int argumentsLength, int result);

  @Import(module = "pie:mcp/client", name = "[resource-drop]session")
  static native void drop(int session);
}
