package dev.bourse.sdk.wasm;

import dev.bourse.sdk.McpException;
import dev.bourse.sdk.spi.GuestMcp;
import dev.bourse.sdk.spi.GuestMcpSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Servers of the Model Context Protocol, through imports. */
record WasmMcp(Arena arena) implements GuestMcp {
  /** The longest result, as long as the longest message of a server. */
  private static final int RESULT_BYTES_MAX = 4 << 20;

  /** Room for an error: its message and the server's data are bounded by the host. */
  private static final int ERROR_BYTES = 64 << 10;

  /** A {@code result} of a text or a handle, or of a code, a text and an optional text. */
  private static final int RESULT_BYTES = 28;

  @Override
  public List<String> servers() {
    arena.begin(ERROR_BYTES);
    int result = arena.area(8, 4);
    int base = arena.open();
    McpImports.servers(base + result);
    return arena.strings(result);
  }

  @Override
  public GuestMcpSession connect(String server) {
    byte[] name = server.getBytes(StandardCharsets.UTF_8);
    arena.begin(name.length + ERROR_BYTES);
    int nameAt = arena.putBytes(name);
    int result = arena.area(RESULT_BYTES, 4);
    int base = arena.open();
    McpImports.connect(base + nameAt, name.length, base + result);
    checkOk(arena, result);
    return new Session(arena, arena.i32(result + 4));
  }

  private static void checkOk(Arena arena, int result) {
    if (arena.u8(result) != 0) {
      throw new McpException(
          arena.i32(result + 4),
          arena.string(result + 8),
          arena.u8(result + 16) == 0 ? Optional.empty() : Optional.of(arena.string(result + 20)));
    }
  }

  private record Session(Arena arena, int handle) implements GuestMcpSession {

    /** A call that takes two texts. Called with the arena open: it must not allocate. */
    private interface Call {
      void run(int first, int firstLength, int second, int secondLength, int result);
    }

    private String call(String first, String second, Call call) {
      byte[] a = first.getBytes(StandardCharsets.UTF_8);
      byte[] b = second.getBytes(StandardCharsets.UTF_8);
      arena.begin(a.length + b.length + RESULT_BYTES_MAX);
      int firstAt = arena.putBytes(a);
      int secondAt = arena.putBytes(b);
      int result = arena.area(RESULT_BYTES, 4);
      int base = arena.open();
      call.run(base + firstAt, a.length, base + secondAt, b.length, base + result);
      checkOk(arena, result);
      return arena.string(result + 4);
    }

    @Override
    public String listTools() {
      return call("", "", (a, aLength, b, bLength, to) -> McpImports.listTools(handle, to));
    }

    @Override
    public String callTool(String name, String arguments) {
      return call(
          name,
          arguments,
          (a, aLength, b, bLength, to) -> McpImports.callTool(handle, a, aLength, b, bLength, to));
    }

    @Override
    public String listResources() {
      return call("", "", (a, aLength, b, bLength, to) -> McpImports.listResources(handle, to));
    }

    @Override
    public String readResource(String uri) {
      return call(
          uri, "", (a, aLength, b, bLength, to) -> McpImports.readResource(handle, a, aLength, to));
    }

    @Override
    public String listPrompts() {
      return call("", "", (a, aLength, b, bLength, to) -> McpImports.listPrompts(handle, to));
    }

    @Override
    public String getPrompt(String name, String arguments) {
      return call(
          name,
          arguments,
          (a, aLength, b, bLength, to) -> McpImports.getPrompt(handle, a, aLength, b, bLength, to));
    }

    @Override
    public void close() {
      McpImports.drop(handle);
    }
  }
}
