package dev.bourse.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.Adapter;
import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineConfig;
import dev.bourse.host.Scripts.Place;
import dev.bourse.host.http.AllowList;
import dev.bourse.host.http.Network;
import dev.bourse.host.http.NetworkSettings;
import dev.bourse.host.http.RawServer;
import dev.bourse.host.mcp.McpServer;
import dev.bourse.host.mcp.McpSettings;
import dev.bourse.host.process.Capabilities;
import dev.bourse.host.process.Capability;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.process.ServedModel;
import dev.bourse.host.process.TraceContext;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.Program;
import dev.bourse.model.Model;
import dev.bourse.model.lora.LoraWriter;
import dev.bourse.sdk.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the SDK offers beside contexts, in the sandbox and as trusted Java: the same. */
class OutsideInferletTest {
  /** One message for each line that comes, by what the line asks for. */
  private static final String MCP_SERVER =
      """
      while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
        case "$line" in
          *initialize\\"*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-06-18"}}\\n' "$id" ;;
          *prompts/get*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-5,"message":"no","data":[1]}}\\n' "$id" ;;
          *tools/call*'"a":"é"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"content":["ü"]}}\\n' "$id" ;;
          *resources/read*) printf '{"jsonrpc":"2.0","id":%s,"result":{"contents":[]}}\\n' "$id" ;;
          *) [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":{"any":1}}\\n' "$id" ;;
        esac
      done
      """;

  @TempDir private static Path folder;
  private static Model model;
  private static Engine engine;
  private static InferletHost host;
  private static RawServer server;

  @BeforeAll
  static void start() throws Exception {
    model = TestModel.load();
    Path shared = Files.createDirectories(folder.resolve("shared"));
    Files.write(
        shared.resolve("one.gguf"),
        LoraWriter.gguf(AdapterCallsTest.style(model.config()), model.config()));
    engine = Engine.start(model, EngineConfig.defaults(4096).withAdapters(folder));
    server = new RawServer(OutsideInferletTest::answer);
    host =
        new InferletHost(
            List.of(new ServedModel("pocket", engine, new TestModel.Chat(model))),
            Optional.empty(),
            List.of(),
            new Network(
                NetworkSettings.DEFAULT.withAllow(AllowList.of(List.of(server.authority())))),
            McpSettings.DEFAULT.withServers(
                Map.of("it", new McpServer.Program(List.of("sh", "-c", MCP_SERVER), Map.of()))));
  }

  @AfterAll
  static void stop() {
    host.close();
    server.close();
    engine.close();
    model.close();
  }

  @AfterEach
  void nothingIsLeft() {
    engine.check();
    assertThat(engine.pageUse().free()).isEqualTo(engine.pageUse().pages());
    for (Adapter adapter : engine.adapters().list(Engine.LOCAL_USER)) {
      adapter.destroy();
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  private static void answer(String head, InputStream in, OutputStream out) throws IOException {
    String line = head.substring(0, head.indexOf("\r\n"));
    if (line.startsWith("POST")) {
      int length =
          head.lines()
              .filter(field -> field.startsWith("content-length: "))
              .mapToInt(field -> Integer.parseInt(field.substring(16)))
              .findFirst()
              .orElseThrow();
      byte[] body = in.readNBytes(length);
      write(out, "HTTP/1.1 201 Created\r\ncontent-length: " + length + "\r\n\r\n");
      out.write(body);
    } else if (line.contains("/broken")) {
      write(out, "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    } else {
      write(out, "HTTP/1.1 404 Gone\r\nx-kind: paper\r\ncontent-length: " + line.length());
      write(out, "\r\n\r\n" + line);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static InferletProcess launch(
      Place place, OutputListener output, String task, String to, Capability... capabilities)
      throws Exception {
    return host.launch(
        LaunchRequest.of(program(place), JsonWriter.canonical(Map.of("task", task, "to", to)))
            .withCapabilities(Capabilities.of(capabilities))
            .withOutput(output));
  }

  private static Program program(Place place) throws Exception {
    if (place == Place.JAVA) {
      return Program.of("outside", OutsideInferlet::new);
    }
    String resource = "/test/inferlets/outside/outside.wasm";
    try (InputStream in = OutsideInferletTest.class.getResourceAsStream(resource)) {
      byte[] wasm = Objects.requireNonNull(in, resource).readAllBytes();
      return host.programs().load("outside", wasm, Execution.COMPILED);
    }
  }

  private static List<String> told(Place place, String task, String to, Capability... capabilities)
      throws Exception {
    InferletProcess process = launch(place, OutputListener.none(), task, to, capabilities);
    return result(process);
  }

  private static List<String> result(InferletProcess process) throws Exception {
    return TestHosts.result(process.outcome().get(120, TimeUnit.SECONDS)).lines().toList();
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void requestsAndTheirBodies(Place place) throws Exception {
    List<String> told = told(place, "http", "http://" + server.authority(), Capability.NETWORK);
    assertThat(told.subList(0, 5))
        .containsExactly("404 paper", "GET /papers?q=1 HTTP/1.1", "0", "201 200000 true", "true");
    assertThat(told.get(5)).contains("HTTP_RESPONSE_INCOMPLETE");
    assertThat(told.get(6)).startsWith("the header field host may not be set so");
    assertThat(told.get(7)).contains("G T");
    assertThat(told.get(8)).contains("user@host");
    assertThat(told).hasSize(9);
    assertThat(server.heads())
        .anySatisfy(head -> assertThat(head).contains("POST /echo", "x-asked: \u00e9"));
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void requestsBelongToTheTraceOfWhoeverLaunchedTheProcess(Place place) throws Exception {
    TraceContext trace =
        new TraceContext(
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333%s-01"
                .formatted(place == Place.JAVA ? "1" : "2"),
            "a=b");
    InferletProcess process =
        host.launch(
            LaunchRequest.of(
                    program(place),
                    JsonWriter.canonical(
                        Map.of("task", "http", "to", "http://" + server.authority())))
                .withCapabilities(Capabilities.of(Capability.NETWORK))
                .withTrace(Optional.of(trace)));
    var _ = result(process);
    assertThat(process.trace()).hasValue(trace);
    List<String> mine =
        server.heads().stream().filter(head -> head.contains(trace.parent())).toList();
    assertThat(mine)
        .hasSizeGreaterThan(2)
        .allSatisfy(head -> assertThat(head).contains("tracestate: a=b\r\n"));
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void requestsThatAreRefused(Place place) throws Exception {
    String listed = "http://" + server.authority();
    assertThat(told(place, "refused", listed))
        .singleElement()
        .asString()
        .startsWith("HTTP_REQUEST_DENIED");
    assertThat(told(place, "refused", "https://example.com/", Capability.NETWORK))
        .singleElement()
        .asString()
        .startsWith("HTTP_REQUEST_DENIED");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void serversOfTheModelContextProtocol(Place place) throws Exception {
    assertThat(told(place, "mcp", "it", Capability.MCP))
        .containsExactly(
            "[it]",
            "there is no server \"nobody\"; the configuration has it",
            "{\"any\":1,\"tools\":[]}",
            "{\"content\":[\"ü\"]}",
            "{\"any\":1,\"resources\":[]}",
            "{\"contents\":[]}",
            "{\"any\":1,\"prompts\":[]}",
            "-5 no [1]");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void messagesByTopic(Place place) throws Exception {
    assertThat(told(place, "messages", "", Capability.MESSAGING))
        .containsExactly("false", "first ✓", "0", "false", "one", "two", "100000");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void filesFromTheClientAndToIt(Place place) throws Exception {
    List<byte[]> sent = new ArrayList<>();
    OutputListener client =
        new OutputListener() {
          @Override
          public void text(String text) {}

          @Override
          public void file(byte[] bytes) {
            sent.add(bytes);
          }

          @Override
          public void stdout(byte[] bytes) {}

          @Override
          public void stderr(byte[] bytes) {}
        };
    byte[] file = new byte[300_001];
    for (int i = 0; i < file.length; i++) {
      file[i] = (byte) (i * 31);
    }
    InferletProcess process = launch(place, client, "files", "");
    process.sendFile(file);
    process.send("first the text");
    process.sendFile(new byte[0]);
    assertThat(result(process)).containsExactly("first the text", "0");
    assertThat(sent).hasSize(2);
    byte[] reversed = sent.getFirst();
    assertThat(reversed).hasSameSizeAs(file);
    assertThat(reversed[0]).isEqualTo(file[file.length - 1]);
    assertThat(Arrays.hashCode(sent.getLast())).isEqualTo(Arrays.hashCode(new byte[0]));
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void guessesThatChangeNothing(Place place) throws Exception {
    List<String> told = told(place, "drafts", "one, two, three. one, two, three. one, two,");
    assertThat(told.subList(told.size() - 2, told.size())).containsExactly("2 true", "true 2");
    List<String> texts = told.subList(0, told.size() - 2);
    assertThat(texts).hasSize(16).allMatch(line -> line.startsWith("true"));
    assertThat(texts.getFirst()).isEqualTo("true true");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void adaptersUnderNames(Place place) throws Exception {
    List<String> told = told(place, "adapters", "one.gguf", Capability.ADAPTERS);
    assertThat(told.subList(0, 7))
        .containsExactly("false", "true", "false", "true", "false", "true", "true");
    assertThat(told.get(7)).isEqualTo("adapter \"twin\" was destroyed");
    assertThat(told.get(8)).startsWith("there is an adapter \"style\" already");
    assertThat(told.get(9)).contains("missing.gguf");
    assertThat(told.get(10)).isEqualTo("false");
    assertThat(told(place, "adapters", "one.gguf", Capability.ADAPTERS)).hasSize(11);
  }
}
