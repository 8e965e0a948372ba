package dev.bourse.server.market;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.State;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Metrics as Prometheus reads them. */
class MarketMetricsTest {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(?<name>[a-z_]+)(?<labels>\\{([a-z]+=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\",?)+})? (?<value>\\S+)");

  @Test
  void everyFigureIsThere() {
    MarketView market = Samples.busy().market();
    Map<String, Double> samples = samples(market);
    assertThat(samples)
        .containsEntry("bourse_market_slot_price_credits", market.price().slotPrice())
        .containsEntry("bourse_market_page_price_credits", market.price().pagePrice())
        .containsEntry("bourse_market_steps_total", 500.0)
        .containsEntry("bourse_market_step_seconds", 0.0083)
        .containsEntry("bourse_market_step_slots", 64.0)
        .containsEntry("bourse_market_step_tokens", 64.0)
        .containsEntry("bourse_market_step_wanted_tokens", 87.0)
        .containsEntry("bourse_market_step_waiting_contexts", 3.0)
        .containsEntry("bourse_market_step_revenue_credits", market.price().revenue())
        .containsEntry("bourse_market_pages{use=\"held\"}", 324.0)
        .containsEntry("bourse_market_pages{use=\"idle\"}", 128.0)
        .containsEntry("bourse_market_pages{use=\"cached\"}", 40.0)
        .containsEntry("bourse_market_pages{use=\"free\"}", 20.0)
        .containsEntry("bourse_market_spilled_pages", 96.0)
        .containsEntry("bourse_market_evictions_total", 1234.0)
        .containsEntry("bourse_market_treasury_credits", 1.5)
        .containsEntry("bourse_market_minted_credits", 2000.0)
        .containsEntry("bourse_market_tenant_balance_credits{tenant=\"bob\"}", 949.5)
        .containsEntry("bourse_market_tenant_dividend_credits{tenant=\"bob\"}", 0.0125)
        .containsEntry("bourse_market_tenant_paid_credits_total{tenant=\"bob\"}", 12.75)
        .containsEntry("bourse_market_tenant_endowment_ratio{tenant=\"bob\"}", 0.5)
        .containsEntry("bourse_market_tenant_processes{tenant=\"bob\"}", 2.0)
        .containsEntry("bourse_market_contexts{state=\"waits_for_slots\",tenant=\"bob\"}", 1.0)
        .containsEntry("bourse_market_contexts{state=\"suspended\",tenant=\"ann\"}", 0.0)
        .containsEntry("bourse_market_policy_info{policy=\"market\"}", 1.0)
        .hasSize(18 + 5 * 2 + State.values().length * 2);
  }

  @Test
  void anEmptyMarketHasMetrics() {
    assertThat(samples(Samples.empty().market()))
        .containsEntry("bourse_market_slot_price_credits", 0.0)
        .doesNotContainKey("bourse_market_tenant_balance_credits");
  }

  @Test
  void namesOfTenantsMayBeAnything() {
    String name = "a \"b\"\\\n{}ü";
    MarketView market =
        Samples.report(List.of(Samples.context(1, name, State.IDLE, 0, 0, 0, 0)), 3).market();
    assertThat(samples(market))
        .containsKey("bourse_market_tenant_balance_credits{tenant=\"a \\\"b\\\"\\\\\\n{}ü\"}");
  }

  @Test
  void theyAreLookedUpWhenSomebodyScrapes() {
    int[] scrapes = new int[1];
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(
        MarketMetrics.of(
            () -> {
              scrapes[0]++;
              return Samples.busy().market();
            }));
    int registered = scrapes[0];
    registry.scrape();
    registry.scrape();
    assertThat(scrapes[0]).isEqualTo(registered + 2);
  }

  @Test
  void everyMetricIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../../docs/market.md"));
    for (String sample : samples(Samples.busy().market()).keySet()) {
      assertThat(page).containsPattern("`" + sample.replaceAll("\\{.*", "") + "[`{]");
    }
  }

  /** Samples by name and labels; each metric explained and typed before them. */
  static Map<String, Double> parse(String text) {
    Map<String, Double> samples = new LinkedHashMap<>();
    String explained = "";
    String typed = "";
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# HELP ")) {
        explained = words[2];
        assertThat(words[3]).endsWith(".");
      } else if (line.startsWith("# TYPE ")) {
        typed = words[2];
        assertThat(typed).isEqualTo(explained);
        assertThat(words[3]).isEqualTo(typed.endsWith("_total") ? "counter" : "gauge");
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        assertThat(sample.group("name")).isEqualTo(typed).startsWith("bourse_market_");
        String labels = sample.group("labels") == null ? "" : sample.group("labels");
        double value = Double.parseDouble(sample.group("value"));
        assertThat(samples.put(sample.group("name") + labels, value)).as(line).isNull();
      }
    }
    return samples;
  }

  private static Map<String, Double> samples(MarketView market) {
    return parse(new String(MarketMetrics.of(() -> market).text(), StandardCharsets.UTF_8));
  }
}
