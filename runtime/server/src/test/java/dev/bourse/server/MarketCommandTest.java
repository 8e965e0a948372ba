package dev.bourse.server;

import static dev.bourse.server.End.bourse;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bourse market} on the embedded model: real agents, real passes. */
class MarketCommandTest {
  private static final int AGENTS = 9;

  @TempDir private Path folder = Path.of("");

  @Test
  void onceAsJsonWithEveryCreditAccountedFor() throws IOException {
    Path metrics = folder.resolve("market.prom");
    long begin = System.nanoTime();
    End end = market("--once", "--json", "--seconds", "1", "--metrics-file", metrics.toString());
    assertThat(end.err()).matches("bourse: .* steps, .* the laws of pages and of credits hold\n");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.outLines()).hasSize(1);
    JsonNode report = JsonMapper.shared().readTree(end.out());
    checkCredits(report.required("market"));
    checkPages(report.required("market"));
    checkContexts(report.required("market"), (System.nanoTime() - begin) / 1e3);
    checkPrices(report);
    assertThat(metrics).content().contains("\nbourse_market_minted_credits 4000.0\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(metrics);
    }
  }

  private static void checkCredits(JsonNode market) {
    double sum = market.required("treasury").doubleValue();
    for (JsonNode tenant : market.required("tenants")) {
      sum += tenant.required("account").required("balance").doubleValue();
    }
    double minted = market.required("minted").doubleValue();
    assertThat(minted).isEqualTo(4000);
    // Dividends are paid in whole micro-credits: each tenant may have less than one to come.
    assertThat(minted - sum).isBetween(0.0, 5e-6);
  }

  private static void checkPages(JsonNode market) {
    JsonNode pages = market.required("pages");
    int free = pages.required("free").intValue();
    int idle = pages.required("idle").intValue();
    assertThat(pages.required("pages").intValue()).isEqualTo(64);
    assertThat(pages.required("cached").intValue()).isBetween(0, free);
    assertThat(free + idle).isBetween(0, 64);
  }

  private static void checkContexts(JsonNode market, double runMicros) {
    long step = market.required("price").required("step").longValue();
    List<String> users =
        market.required("tenants").valueStream().map(t -> t.required("name").asString()).toList();
    assertThat(users).containsExactly("ann", "bob", "cid", "dot");
    assertThat(market.required("contexts")).hasSizeLessThanOrEqualTo(AGENTS);
    for (JsonNode context : market.required("contexts")) {
      assertThat(users).contains(context.required("user").asString());
      assertThat(context.required("process").asString()).matches("agent-[1-9]-v(1|4|16)");
      assertThat(context.required("waitedSteps").intValue()).isNotNegative();
      assertThat(context.required("waitedMicros").doubleValue()).isBetween(0.0, runMicros);
      assertThat(context.required("servedStep").longValue()).isBetween(0L, step + 1);
    }
  }

  private static void checkPrices(JsonNode report) {
    JsonNode prices = report.required("prices");
    assertThat(prices).isNotEmpty();
    long before = prices.get(0).required("step").longValue() - 1;
    for (JsonNode price : prices) {
      assertThat(price.required("step").longValue()).isEqualTo(before + 1);
      assertThat(price.required("tokens").intValue())
          .isBetween(1, price.required("slots").intValue());
      assertThat(price.required("slotPrice").doubleValue()).isNotNegative();
      before++;
    }
  }

  @Test
  void whatTheAgentsDidCanBeSimulated() {
    Path trace = folder.resolve("trace.csv");
    assertThat(market("--once", "--seconds", "1", "--record", trace.toString()).exitCode())
        .isEqualTo(ExitCode.OK);
    assertThat(trace).content().startsWith("agent,tenant,arrival_micros,").contains(",ann,");
    End end =
        bourse("simulate", "--trace", trace.toString(), "--policy", "market,fcfs", "--seeds", "1");
    assertThat(end.err()).doesNotContain("cannot");
    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.out()).contains("market", "fcfs");
    assertThat(market("--once", "--record", folder.resolve("no/such/trace.csv").toString()).err())
        .contains("--record")
        .contains("cannot be written to");
  }

  @Test
  void onceAsText() {
    End end = market("--once", "--seconds", "1");
    assertThat(end.outLines().getFirst()).matches("policy market, step [0-9,]+, .* 4 tenants, .*");
    assertThat(end.out()).contains("computed in the last step: ", "waiting: ", "evictions so far");
    assertThat(end.outLines()).hasSizeLessThanOrEqualTo(40).allMatch(line -> line.length() <= 100);
    assertThat(end.out()).doesNotContain("\u001b");
  }

  @Test
  void aLineASecondWithoutATerminal() {
    assertThat(market("--seconds", "2").outLines())
        .hasSize(2)
        .allMatch(line -> line.matches("step [0-9,]+: slot \\S+, page \\S+, .* evictions"));
    End json = market("--seconds", "2", "--json");
    assertThat(json.outLines()).hasSize(2);
    json.outLines().forEach(line -> JsonMapper.shared().readTree(line).required("market"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fcfs", "vtc", "dlpm"})
  void otherPoliciesTakeNoCredits(String policy) {
    End end = market("--once", "--seconds", "1", "--policy", policy);
    assertThat(end.outLines().getFirst()).startsWith("policy " + policy);
    assertThat(end.out()).contains("prices  none").contains(" 0 paid in the last step");
  }

  @Test
  void theTenantsAreThoseOfTheConfiguration() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("bourse.toml"), "[tenants.eve]\ncredits = 5\n[tenants.abe]\n");
    End end = market("--once", "--seconds", "1", "--json", "--config", file.toString());
    JsonNode market = JsonMapper.shared().readTree(end.out()).required("market");
    assertThat(market.required("tenants").valueStream().map(t -> t.required("name").asString()))
        .containsExactly("abe", "eve");
    assertThat(market.required("minted").doubleValue()).isEqualTo(1005);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThat(bourse("market", "--agents", "0").err())
        .isEqualTo("bourse: --agents is 0, but must be from 1 to 4096\n");
    assertThat(market("--seconds", "-1").exitCode()).isEqualTo(ExitCode.USAGE);
    End small = bourse("market", "--kv-tokens", "64");
    assertThat(small.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(small.err()).contains("there is room for 64", "give a larger --kv-tokens");
    End nowhere = market("--once", "--metrics-file", folder.resolve("no/file").toString());
    assertThat(nowhere.exitCode()).isEqualTo(ExitCode.BAD_FILE);
    assertThat(nowhere.err()).contains("no/file", "cannot be written");
  }

  /** A few agents, whose contexts do not all fit. */
  private static End market(String... arguments) {
    List<String> all = List.of("market", "--agents", "" + AGENTS, "--kv-tokens", "1024");
    return bourse(Stream.concat(all.stream(), Arrays.stream(arguments)).toArray(String[]::new));
  }
}
