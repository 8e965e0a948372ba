package dev.bourse.server.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.host.process.TraceContext;
import dev.bourse.server.request.RequestScope;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ServerLogTest {
  private static final Logger LOG = System.getLogger("dev.bourse.test.Example");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static List<String> logged(String format, String level, Runnable action) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (ServerLog log = ServerLog.start(format, level, lines::writeBytes)) {
      action.run();
      assertThat(log.dropped()).isZero();
    }
    return lines.toString(UTF_8).lines().toList();
  }

  private static RequestScope request() {
    RequestScope request =
        RequestScope.begin(
            RequestScope.Wire.HTTP,
            List.of("r1"),
            TraceContext.of(
                List.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), List.of()),
            "GET",
            "/");
    request.tenant("ann");
    return request;
  }

  @Test
  void aLineOfTextTellsWhatItIsAbout() {
    List<String> lines =
        logged(
            "text",
            "info",
            () -> {
              LOG.log(Level.DEBUG, "hidden");
              LOG.log(Level.INFO, "plain {0}", 7);
              request().run(() -> LOG.log(Level.WARNING, "of a request\nwith\u001b[31m colours"));
            });
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z INFO Example: plain 7");
    assertThat(lines.get(1))
        .endsWith(
            "Z WARNING Example: of a request\\u000awith\\u001b[31m colours request=r1"
                + " trace=0af7651916cd43dd8448eb211c80319c tenant=ann");
  }

  @Test
  void aLineOfJsonIsAnObject() throws Exception {
    List<String> lines =
        logged(
            "json",
            "debug",
            () -> {
              LOG.log(Level.DEBUG, "a \"quote\"\nand a line");
              request().run(() -> LOG.log(Level.ERROR, "failed", new IllegalStateException("why")));
              java.util.logging.Logger.getLogger("io.netty.other").info("of another library");
            });
    List<JsonNode> objects = lines.stream().map(JSON::readTree).toList();
    assertThat(objects.get(0).path("level").stringValue()).isEqualTo("debug");
    assertThat(objects.get(0).path("message").stringValue()).isEqualTo("a \"quote\"\nand a line");
    assertThat(objects.get(0).has("request")).isFalse();
    assertThat(objects.get(1).path("request").stringValue()).isEqualTo("r1");
    assertThat(objects.get(1).path("tenant").stringValue()).isEqualTo("ann");
    assertThat(objects.get(1).path("error").stringValue())
        .startsWith("java.lang.IllegalStateException: why\n\tat ");
    assertThat(objects.get(2).path("logger").stringValue()).isEqualTo("io.netty.other");
  }

  @Test
  void whoLogsNeverWaitsForWhoReads() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    long dropped;
    try (ServerLog log =
        ServerLog.start(
            "text",
            "info",
            bytes -> {
              try {
                reading.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              lines.writeBytes(bytes);
            })) {
      for (int i = 0; i < 30_000; i++) {
        LOG.log(Level.INFO, "line");
      }
      dropped = log.dropped();
      assertThat(dropped).isBetween(1L, 20_000L);
      reading.countDown();
    }
    assertThat(lines.toString(UTF_8).lines().count()).isEqualTo(30_000 - dropped);
  }

  @Test
  void afterwardsLoggingIsAsItWasBefore() {
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    var handlers = List.of(root.getHandlers());
    var level = root.getLevel();
    var _ = logged("json", "error", () -> {});
    assertThat(List.of(root.getHandlers())).isEqualTo(handlers);
    assertThat(root.getLevel()).isEqualTo(level);
  }

  @Test
  void aLineHasItsLength() {
    String longest = "x".repeat(200_000);
    assertThat(logged("text", "info", () -> LOG.log(Level.INFO, longest)))
        .singleElement()
        .satisfies(line -> assertThat(line.length()).isLessThan(70_000));
    assertThat(logged("json", "info", () -> LOG.log(Level.INFO, longest)))
        .singleElement()
        .satisfies(
            line ->
                assertThat(JSON.readTree(line).path("message").stringValue().length())
                    .isLessThan(20_000));
  }
}
