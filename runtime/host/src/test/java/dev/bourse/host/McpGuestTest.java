package dev.bourse.host;

import static dev.bourse.host.TestHosts.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bourse.host.GuestDriver.Calls;
import dev.bourse.host.abi.WitTypes.Span;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.mcp.McpServer;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.GuestTrap;
import dev.bourse.host.process.InferletProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The imports of {@code pie:mcp/client} as guests call them. */
class McpGuestTest {
  private static final String CLIENT = "pie:mcp/client";
  private static final Capabilities MCP = Capabilities.of(Capability.MCP);

  /** One message for each line that comes, by what the line asks for. */
  private static final String SERVER =
      """
      while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
        case "$line" in
          *initialize\\"*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18"}}\\n' "$id" ;;
          *prompts/get*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-5,"message":"no","data":[1]}}\\n' "$id" ;;
          *tools/call*) printf '{"jsonrpc":"2.0","id":%s,"result":{"isError":true}}\\n' "$id" ;;
          *resources/read*) ;;
          *) [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":{"any":1}}\\n' "$id" ;;
        esac
      done
      """;

  private final Network network = new Network(NetworkSettings.DEFAULT);
  private final GuestDriver driver =
      new GuestDriver(
          network,
          McpSettings.DEFAULT.withServers(
              Map.of(
                  "it", new McpServer.Program(List.of("sh", "-c", SERVER), Map.of()),
                  "another", new McpServer.Program(List.of("/no/such/thing"), Map.of()))));

  @AfterEach
  void nothingIsLeft() {
    driver.close();
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  private static int call(Calls c, String function, long session, String... texts)
      throws InterruptedException {
    long[] arguments = new long[texts.length * 2 + 2];
    arguments[0] = session;
    for (int i = 0; i < texts.length; i++) {
      Span span = c.text(texts[i]);
      arguments[1 + 2 * i] = span.address();
      arguments[2 + 2 * i] = span.count();
    }
    int area = c.room(28);
    arguments[arguments.length - 1] = area;
    c.call(CLIENT, "[method]session." + function, arguments);
    return area;
  }

  /** The area of {@code connect}: a discriminant, and a handle or an error. */
  private static int connect(Calls c, String name) throws InterruptedException {
    Span span = c.text(name);
    int area = c.room(28);
    c.call(CLIENT, "connect", span.address(), span.count(), area);
    return area;
  }

  private static String ok(Calls c, int area) {
    assertThat(c.u8(area)).isZero();
    return c.string(area + 4);
  }

  private static void errs(Calls c, int area, int code, String message) {
    assertThat(c.u8(area)).isOne();
    assertThat(c.i32(area + 4)).isEqualTo(code);
    assertThat(c.string(area + 8)).contains(message);
  }

  @Test
  void everyFunctionAndItsErrors() throws Exception {
    result(
        driver.run(
            MCP,
            c -> {
              int names = c.room(8);
              c.call(CLIENT, "available-servers", names);
              assertThat(c.i32(names + 4)).isEqualTo(2);
              assertThat(c.string(c.i32(names))).isEqualTo("another");
              assertThat(c.string(c.i32(names) + 8)).isEqualTo("it");
              errs(c, connect(c, "none"), -1, "there is no server \"none\"");
              errs(c, connect(c, "another"), -32000, "another cannot be started");
              int opened = connect(c, "it");
              assertThat(c.u8(opened)).isZero();
              long session = c.i32(opened + 4);
              assertThat(ok(c, call(c, "list-tools", session)))
                  .isEqualTo("{\"any\":1,\"tools\":[]}");
              assertThat(ok(c, call(c, "list-resources", session)))
                  .isEqualTo("{\"any\":1,\"resources\":[]}");
              assertThat(ok(c, call(c, "list-prompts", session)))
                  .isEqualTo("{\"any\":1,\"prompts\":[]}");
              assertThat(ok(c, call(c, "call-tool", session, "t", "{}")))
                  .isEqualTo("{\"isError\":true}");
              errs(c, call(c, "call-tool", session, "t", "{"), -32602, "not JSON");
              int refused = call(c, "get-prompt", session, "p", "{}");
              errs(c, refused, -5, "no");
              assertThat(c.u8(refused + 16)).isOne();
              assertThat(c.string(refused + 20)).isEqualTo("[1]");
              c.call(CLIENT, "[resource-drop]session", session);
              assertThatThrownBy(() -> call(c, "list-tools", session))
                  .isInstanceOf(GuestTrap.class)
                  .hasMessageContaining("is not an open session of this inferlet");
            }));
  }

  @Test
  void withoutTheCapabilityThereAreNoServers() throws Exception {
    result(
        driver.run(
            Capabilities.DEFAULT,
            c -> {
              int names = c.room(8);
              c.call(CLIENT, "available-servers", names);
              assertThat(c.i32(names + 4)).isZero();
              errs(c, connect(c, "it"), -1, "needs the capability \"mcp\"");
            }));
  }

  @Test
  void aProcessHasAFewSessionsAndTheyEndWithIt() throws Exception {
    result(
        driver.run(
            MCP,
            c -> {
              for (int i = 0; i < McpSettings.DEFAULT.processSessions(); i++) {
                assertThat(c.u8(connect(c, "it"))).isZero();
              }
              errs(c, connect(c, "it"), -32000, "which is its limit");
            }));
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aProcessThatWaitsForAServerCanBeStopped() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    InferletProcess process =
        driver.launch(
            MCP,
            c -> {
              long session = c.i32(connect(c, "it") + 4);
              waiting.countDown();
              call(c, "read-resource", session, "x"); // Nothing ever comes.
            });
    assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
    process.terminate("enough");
    assertThat(TestHosts.failure(process.outcome().get(60, TimeUnit.SECONDS)).message())
        .isEqualTo("enough");
  }
}
