package dev.bourse.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.bourse.host.http.HttpServer;
import dev.bourse.proto.v1.ListModelsRequest;
import dev.bourse.proto.v1.MarketOuterClass;
import dev.bourse.proto.v1.ModelsGrpc;
import dev.bourse.proto.v1.ModelsOuterClass;
import dev.bourse.proto.v1.ProcessesOuterClass;
import dev.bourse.proto.v1.ProgramsOuterClass;
import dev.bourse.proto.v1.SnapshotsOuterClass;
import dev.bourse.proto.v1.TenantsOuterClass;
import dev.bourse.server.access.Access;
import dev.bourse.server.access.Admission;
import dev.bourse.server.access.Role;
import dev.bourse.server.node.NodeSettings;
import dev.bourse.server.openai.OpenAiApi;
import dev.bourse.server.web.Router;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever comes over the wire, the server answers the others, and is left with what it had:
 * frames, messages and JSON that are malformed, oversized or cut off. {@code
 * -Dbourse.fuzz.cases=20000} makes it a long run, {@code -Dbourse.fuzz.seed} another one.
 */
class WireFuzzTest {
  private static final int CASES = Integer.getInteger("bourse.fuzz.cases", 600);
  private static final long SEED = Long.getLong("bourse.fuzz.seed", 1);
  private static final int CHECK_EVERY = 100;
  private static final int OVERSIZED = 10 << 20;
  private static final int FLOOD = 2_000;

  /** Of pools and caches that only grow at first; a leak of buffers is far more. */
  private static final long DIRECT_BYTES_MORE = 64 << 20;

  private static final int THREADS_MORE = 8;
  private static final int FILES_MORE = 16;

  private static final List<String> JSON =
      List.of(
          """
          {"model":"Pocket Chat 5M","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}""",
          """
          {"model":"Pocket Chat 5M","max_tokens":1,"prompt":"Hi"}""",
          """
          {"model":"Pocket Chat 5M","max_output_tokens":1,"input":"Hi"}""",
          """
          {"model":"Pocket Chat 5M","input":"Hi"}""");
  private static final Set<Status.Code> FAULTS =
      Set.of(Status.Code.INTERNAL, Status.Code.UNKNOWN, Status.Code.DATA_LOSS);
  private static final List<String> PATHS =
      List.of("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings");

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private final AnyMessage messages = new AnyMessage(random);
  private final Map<Status.Code, Integer> answers = new EnumMap<>(Status.Code.class);
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private String key = "";
  private String healthyKey = "";
  private int grpcPort;
  private int httpPort;

  private static List<MethodDescriptor> methods() {
    return Stream.of(
            ProgramsOuterClass.getDescriptor(),
            ProcessesOuterClass.getDescriptor(),
            SnapshotsOuterClass.getDescriptor(),
            ModelsOuterClass.getDescriptor(),
            TenantsOuterClass.getDescriptor(),
            MarketOuterClass.getDescriptor())
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .toList();
  }

  @Test
  void whateverComesOthersAreAnsweredAndNothingIsLeft() throws Exception {
    try (TestControlPlane server = new TestControlPlane(folder, NodeSettings.DEFAULT)) {
      key = server.keys().create("ann", Role.ADMINISTER, "").secret();
      // Somebody else's: who sends nonsense uses up what he may ask in a second.
      healthyKey = server.keys().create("bob", Role.USE, "").secret();
      grpcPort = Integer.parseInt(server.address().substring(server.address().indexOf(':') + 1));
      try (HttpServer web =
              new HttpServer(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  new HttpServer.Terms(64, Duration.ofSeconds(60)),
                  new Router()
                      .route(
                          OpenAiApi.PATH,
                          new OpenAiApi(
                              server.served().node(),
                              new Admission(
                                  new Access(server.keys()), NodeSettings.DEFAULT.quotas()),
                              OpenAiApi.BODY_BYTES_MAX,
                              Clock.systemUTC())));
          HttpClient http = HttpClient.newHttpClient()) {
        httpPort = web.port();
        ManagedChannel healthy = server.connect();
        ManagedChannel hostile = server.connect();
        // What is made once, such as pools, is there before anything is counted.
        run(hostile, CHECK_EVERY);
        check(healthy, http);
        Counts before =
            settled(server, new Counts(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE));
        for (int done = 0; done < CASES; done += CHECK_EVERY) {
          run(hostile, CHECK_EVERY);
          check(healthy, http);
        }
        Counts after = settled(server, before);
        System.getLogger(WireFuzzTest.class.getName())
            .log(
                System.Logger.Level.INFO,
                "{0} cases, before {1}, after {2}, answers {3}",
                CASES,
                before,
                after,
                answers);
        assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + THREADS_MORE);
        assertThat(after.files()).isLessThanOrEqualTo(before.files() + FILES_MORE);
        assertThat(after.directBytes())
            .isLessThanOrEqualTo(before.directBytes() + DIRECT_BYTES_MORE);
        assertThat(server.served().node().processes()).isZero();
        server.served().engine().check();
        // A client that sends nonsense is at fault, and is told so.
        assertThat(faults).isEmpty();
      }
    }
  }

  private record Counts(int threads, long files, long directBytes) {}

  /** What the process holds, once it has let go of what it can, or a while has passed. */
  private static Counts settled(TestControlPlane server, Counts wanted)
      throws InterruptedException {
    Counts counts = counts();
    for (int attempt = 0; attempt < 100; attempt++) {
      boolean idle = server.served().node().processes() == 0;
      if (idle && counts.threads() <= wanted.threads() && counts.files() <= wanted.files()) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(100);
      counts = counts();
    }
    return counts;
  }

  private static Counts counts() {
    long files =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : 0;
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    long netty = Math.max(0, io.netty.util.internal.PlatformDependent.usedDirectMemory());
    return new Counts(ManagementFactory.getThreadMXBean().getThreadCount(), files, direct + netty);
  }

  /** Somebody else's calls are answered meanwhile. */
  private void check(ManagedChannel healthy, HttpClient http)
      throws IOException, InterruptedException {
    assertThat(
            ModelsGrpc.newBlockingStub(healthy)
                .withCallCredentials(TestControlPlane.secret(healthyKey))
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsCount())
        .isOne();
    HttpResponse<String> models =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/v1/models"))
                .header("authorization", "Bearer " + healthyKey)
                .timeout(Duration.ofSeconds(20))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(models.statusCode()).isEqualTo(200);
  }

  private void run(ManagedChannel channel, int cases) throws InterruptedException {
    List<CompletableFuture<Status>> calls = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      switch (i % 3) {
        case 0 -> calls.add(call(channel));
        case 1 -> throwAt(grpcPort, frames(), 0);
        default -> http();
      }
    }
    for (CompletableFuture<Status> call : calls) {
      answers.merge(call.join().getCode(), 1, Integer::sum);
    }
  }

  // Messages

  private CompletableFuture<Status> call(ManagedChannel channel) {
    List<MethodDescriptor> all = methods();
    MethodDescriptor method = all.get(random.nextInt(all.size()));
    io.grpc.MethodDescriptor.Marshaller<byte[]> plain = new Plain();
    ClientCall<byte[], byte[]> call =
        channel.newCall(
            io.grpc.MethodDescriptor.<byte[], byte[]>newBuilder(plain, plain)
                .setType(io.grpc.MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
                .build(),
            CallOptions.DEFAULT
                .withCallCredentials(TestControlPlane.secret(key))
                .withDeadlineAfter(500, TimeUnit.MILLISECONDS));
    CompletableFuture<Status> end = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            call.request(1);
          }

          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    int count = method.isClientStreaming() ? 1 + random.nextInt(4) : 1;
    StringBuilder sent = new StringBuilder(method.getName());
    for (int i = 0; i < count; i++) {
      byte[] message = messages.bytes(method.getInputType());
      sent.append(' ').append(HexFormat.of().formatHex(message));
      call.sendMessage(message);
    }
    var _ =
        end.thenAccept(
            status -> {
              if (FAULTS.contains(status.getCode())) {
                faults.add(status + " to " + sent);
              }
            });
    if (random.nextInt(10) == 0) {
      call.cancel("the client is gone", null);
    } else {
      call.halfClose();
    }
    return end;
  }

  private static final class Plain implements io.grpc.MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // Frames

  private byte[] frames() {
    WireBytes wire = new WireBytes(random);
    List<MethodDescriptor> all = methods();
    MethodDescriptor method = all.get(random.nextInt(all.size()));
    String path = "/" + method.getService().getFullName() + "/" + method.getName();
    String bearer = "Bearer " + key;
    switch (random.nextInt(11)) {
      case 0 -> wire.raw(wire.random(random.nextInt(200)));
      case 1 -> {
        byte[] hello = new WireBytes(random).hello().bytes();
        hello[random.nextInt(hello.length)] ^= (byte) (1 + random.nextInt(255));
        wire.raw(hello).anyFrame();
      }
      case 2 -> {
        wire.hello();
        for (int i = random.nextInt(20); i >= 0; i--) {
          wire.anyFrame();
        }
      }
      case 3 ->
          wire.hello()
              .frame(WireBytes.HEADERS, WireBytes.END_HEADERS, 1, wire.random(random.nextInt(300)));
      case 4 -> flood(wire);
      case 5 -> hugeHeaders(wire, path, bearer);
      case 6 -> {
        // Cut off in the middle of a frame.
        byte[] whole = new WireBytes(random).hello().call(1, path, bearer, 0).bytes();
        wire.raw(Arrays.copyOf(whole, random.nextInt(whole.length)));
      }
      case 7 -> {
        // The five bytes before a message lie.
        int length = random.nextBoolean() ? random.nextInt() : random.nextInt(50);
        byte[] lie = WireBytes.message(random.nextInt(3), length, wire.random(20));
        wire.hello().call(1, path, bearer, 0).frame(WireBytes.DATA, random.nextInt(2), 1, lie);
      }
      case 8 -> {
        wire.hello();
        for (int i = 0; i < 200; i++) {
          wire.call(2 * i + 1, path, bearer, 0)
              .frame(WireBytes.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
        }
      }
      case 9 -> oversized(wire, path, bearer);
      default -> {
        byte[] message = messages.bytes(method.getInputType());
        wire.hello()
            .call(1, path, random.nextBoolean() ? bearer : "Bearer nothing", 0)
            .frame(
                WireBytes.DATA,
                WireBytes.END_STREAM,
                1,
                WireBytes.message(0, message.length, message));
      }
    }
    return wire.bytes();
  }

  private void flood(WireBytes wire) {
    wire.hello();
    int type =
        List.of(
                WireBytes.PING,
                WireBytes.SETTINGS,
                WireBytes.RST_STREAM,
                WireBytes.WINDOW_UPDATE,
                WireBytes.CONTINUATION,
                WireBytes.DATA)
            .get(random.nextInt(6));
    int length = type == WireBytes.PING ? 8 : type == WireBytes.SETTINGS ? 6 : 4;
    for (int i = 0; i < FLOOD; i++) {
      int stream = type == WireBytes.RST_STREAM || type == WireBytes.DATA ? 1 + 2 * i : 0;
      wire.frame(type, 0, stream, new byte[length]);
    }
  }

  private void hugeHeaders(WireBytes wire, String path, String bearer) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(WireBytes.headers(path, bearer));
    for (int i = random.nextInt(20); i >= 0; i--) {
      WireBytes.literal(block, "x-" + i, "v".repeat(1 << random.nextInt(17)));
    }
    byte[] all = block.toByteArray();
    wire.hello();
    int part = 16_000;
    for (int at = 0; at < all.length; at += part) {
      byte[] piece = Arrays.copyOfRange(all, at, Math.min(all.length, at + part));
      boolean last = at + part >= all.length && random.nextInt(4) != 0;
      wire.frame(
          at == 0 ? WireBytes.HEADERS : WireBytes.CONTINUATION,
          last ? WireBytes.END_HEADERS : 0,
          1,
          piece);
    }
  }

  /** A message that is larger than any may be, as far as the window lets it. */
  private void oversized(WireBytes wire, String path, String bearer) {
    wire.hello().call(1, path, bearer, 0);
    byte[] head = WireBytes.message(0, OVERSIZED, new byte[0]);
    wire.frame(WireBytes.DATA, 0, 1, head);
    for (int i = 0; i < 6; i++) {
      wire.frame(WireBytes.DATA, 0, 1, wire.random(10_000));
    }
  }

  // HTTP and JSON

  private void http() {
    int kind = random.nextInt(PATHS.size());
    byte[] body = damaged(JSON.get(kind));
    String head =
        switch (random.nextInt(8)) {
          case 0 -> "content-length: " + random.nextInt(1 << 30);
          case 1 -> "content-length: -1";
          case 2 -> "transfer-encoding: chunked";
          case 3 -> "content-length: 1\r\ncontent-length: 2";
          case 4 ->
              "x: " + "y".repeat(1 << random.nextInt(18)) + "\r\ncontent-length: " + body.length;
          default -> "content-length: " + body.length;
        };
    String method = random.nextInt(10) == 0 ? "\u0001FROB" : "POST";
    String request =
        "%s %s HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer %s\r\ncontent-type: application/json\r\n%s\r\n\r\n"
            .formatted(method, PATHS.get(kind), key, head);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(request.getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(body);
    String answer = throwAt(httpPort, bytes.toByteArray(), 50);
    if (!answer.isEmpty()) {
      assertThat(answer).as(request).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 5");
    }
  }

  private byte[] damaged(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        for (int changes = 0; changes < 3; changes++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        yield bytes;
      }
      case 2 -> "[".repeat(10_000).getBytes(StandardCharsets.UTF_8);
      case 3 -> ("{\"model\":" + "9".repeat(5_000) + "}").getBytes(StandardCharsets.UTF_8);
      default -> new WireBytes(random).random(random.nextInt(500));
    };
  }

  /**
   * Sends bytes and goes away: politely, in the middle, or with a reset.
   *
   * @param patienceMillis how long it waits for an answer
   * @return the beginning of the answer, if one came
   */
  private String throwAt(int port, byte[] bytes, int patienceMillis) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      if (random.nextInt(4) == 0) {
        socket.setSoLinger(true, 0);
      }
      socket.setSoTimeout(Math.max(1, patienceMillis));
      socket.getOutputStream().write(bytes);
      if (random.nextBoolean()) {
        socket.shutdownOutput();
      }
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException | SocketException e) {
      // It waits for more, or has closed the connection on what came.
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
