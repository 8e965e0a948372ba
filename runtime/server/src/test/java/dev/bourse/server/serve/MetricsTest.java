package dev.bourse.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.server.access.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told. */
@Timeout(120)
class MetricsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final Pattern SAMPLE = Pattern.compile("[a-z_]+(\\{.*})? [-+0-9.eEInfaN]+");

  @TempDir static Path folder;
  private static TestServer server;
  private static String ann;

  @BeforeAll
  static void start() {
    server = new TestServer(folder);
    ann = server.key("ann", Role.ADMINISTER);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, Double> scrape() throws Exception {
    HttpResponse<String> response = server.get("/metrics", ann);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("text/plain; version=0.0.4");
    Map<String, Double> samples = new TreeMap<>();
    response
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              assertThat(line).matches(SAMPLE);
              int end = line.lastIndexOf(' ');
              samples.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
            });
    return samples;
  }

  private static double value(Map<String, Double> samples, String name) {
    return samples.getOrDefault(name, 0.0);
  }

  @Test
  void everyMetricHasHelpAndIsDocumented() throws Exception {
    var _ = chat("{\"max_tokens\":2,");
    String page =
        Files.readString(Path.of("../../docs/operations.md"))
            + Files.readString(Path.of("../../docs/market.md"));
    List<String> lines = server.get("/metrics", ann).body().lines().toList();
    List<String> types = lines.stream().filter(line -> line.startsWith("# TYPE ")).toList();
    assertThat(types).hasSizeGreaterThan(45);
    for (String type : types) {
      String name = type.split(" ", -1)[2];
      assertThat(lines)
          .as("help of " + name)
          .anySatisfy(line -> assertThat(line).startsWith("# HELP " + name + " ").endsWith("."));
      assertThat(page).as("documentation of " + name).contains("`" + name);
    }
  }

  private static HttpResponse<String> chat(String more) throws Exception {
    return server.post(
        CHAT,
        ann,
        more
            + "\"model\":\"Pocket Chat 5M\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"What is the capital of France?\"}]}");
  }

  @Test
  void whatIsComputedIsCounted() throws Exception {
    Map<String, Double> before = scrape();
    assertThat(chat("{\"temperature\":0,").statusCode()).isEqualTo(200);
    assertThat(chat("{\"temperature\":0,").statusCode()).isEqualTo(200);
    assertThat(chat("{\"temperature\":\"hot\",").statusCode()).isEqualTo(400);
    assertThat(server.get("/v1/models/" + "x".repeat(50), ann).statusCode()).isEqualTo(404);
    assertThat(server.get("/nowhere/" + "y".repeat(50), ann).statusCode()).isEqualTo(404);
    Map<String, Double> after = scrape();
    String requests = "bourse_requests_total{method=\"POST\",route=\"" + CHAT + "\",status=";
    assertThat(value(after, requests + "\"200\",wire=\"http\"}"))
        .isEqualTo(value(before, requests + "\"200\",wire=\"http\"}") + 2);
    assertThat(value(after, requests + "\"400\",wire=\"http\"}"))
        .isEqualTo(value(before, requests + "\"400\",wire=\"http\"}") + 1);
    assertThat(after)
        .containsKey(
            "bourse_requests_total{method=\"GET\",route=\"/v1/models/ID\",status=\"404\",wire=\"http\"}")
        .containsEntry("bourse_requests_in_flight{wire=\"http\"}", 1.0)
        .containsEntry("bourse_requests_in_flight{wire=\"grpc\"}", 0.0)
        .containsEntry("bourse_host_processes", 0.0)
        .containsEntry("bourse_host_guest_memory_bytes", 0.0);
    assertThat(after.keySet()).noneMatch(name -> name.contains("xxx") || name.contains("yyy"));
    String model = "{model=\"Pocket Chat 5M\"}";
    assertThat(value(after, "bourse_engine_computed_tokens_total" + model))
        .isGreaterThan(value(before, "bourse_engine_computed_tokens_total" + model) + 10);
    assertThat(value(after, "bourse_engine_steps_total" + model)).isPositive();
    assertThat(value(after, "bourse_engine_cached_tokens_total" + model))
        .isGreaterThan(value(before, "bourse_engine_cached_tokens_total" + model));
    assertThat(value(after, "bourse_host_ended_processes_total{reason=\"finished\"}"))
        .isEqualTo(value(before, "bourse_host_ended_processes_total{reason=\"finished\"}") + 2);
    assertThat(value(after, "bourse_host_started_processes_total"))
        .isEqualTo(value(before, "bourse_host_started_processes_total") + 2);
    assertThat(value(after, "bourse_request_seconds_count{route=\"" + CHAT + "\",wire=\"http\"}"))
        .isGreaterThanOrEqualTo(3);
    assertThat(value(after, "bourse_market_pages{model=\"Pocket Chat 5M\",use=\"free\"}"))
        .isPositive();
    assertThat(value(after, "process_cpu_seconds_total")).isPositive();
    assertThat(value(after, "jvm_memory_used_bytes{area=\"heap\"}")).isPositive();
  }

  /** A client can think of any method; each would be a row for ever. */
  @Test
  void whateverIsAskedThereAreFewRows() throws Exception {
    int before = scrape().size();
    for (int i = 0; i < 50; i++) {
      String odd = "ODD" + (char) ('A' + i % 26) + (char) ('A' + i / 26);
      var _ =
          server.send(
              server.request("/" + odd, ann).method(odd, HttpRequest.BodyPublishers.noBody()));
    }
    Map<String, Double> after = scrape();
    assertThat(after.size()).isLessThan(before + 60);
    assertThat(after.keySet()).noneMatch(name -> name.contains("ODD"));
    assertThat(
            after.entrySet().stream()
                .filter(sample -> sample.getKey().contains("method=\"other\""))
                .mapToDouble(Map.Entry::getValue)
                .sum())
        .isEqualTo(50);
  }
}
