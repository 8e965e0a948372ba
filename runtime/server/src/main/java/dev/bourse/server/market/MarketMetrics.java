package dev.bourse.server.market;

import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.engine.MarketView.TenantView;
import dev.bourse.engine.Price;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The market as Prometheus metrics: looked up when somebody scrapes, so that they cost nothing
 * otherwise. Amounts are credits, times seconds. What each means is in docs/market.md.
 */
public final class MarketMetrics implements MultiCollector {
  private static final String PREFIX = "bourse_market_";

  private final Supplier<MarketView> source;

  /**
   * @param source asked once a scrape
   */
  public MarketMetrics(Supplier<MarketView> source) {
    this.source = source;
  }

  @Override
  public MetricSnapshots collect() {
    return new Scrape(source.get()).snapshots();
  }

  /** What a scrape of these metrics alone gives: Prometheus's text format, version 0.0.4. */
  byte[] text() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(this);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create()
          .write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }

  /** The metrics of one moment. */
  private static final class Scrape {
    private final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
    private final MarketView market;

    Scrape(MarketView market) {
      this.market = market;
    }

    MetricSnapshots snapshots() {
      prices();
      pages();
      credits();
      contexts();
      return snapshots.build();
    }

    private void prices() {
      Price price = market.price();
      gauge(
          "slot_price_credits", "What one token slot more would have brought.", price.slotPrice());
      gauge("page_price_credits", "Rent for a page and step.", price.pagePrice());
      counter("steps", "Steps that were sold.", Labels.EMPTY, (double) price.step());
      gauge("step_seconds", "How long such a step is thought to take.", market.stepMicros() / 1e6);
      gauge("step_slots", "Token slots of the last step.", price.slots());
      gauge("step_tokens", "Tokens the last step computed.", price.tokens());
      gauge(
          "step_wanted_tokens",
          "Tokens that were wanted of the last step.",
          (double) price.wanted());
      gauge("step_waiting_contexts", "Contexts that got none of them.", price.waiting());
      gauge("step_revenue_credits", "What was paid in the last step.", price.revenue());
      one(
          "policy_info",
          "The scheduling policy, as a label; always 1.",
          Labels.of("policy", market.policy()));
    }

    private void pages() {
      PageUse pages = market.pages();
      GaugeSnapshot.Builder uses = named("pages", "Pages of the pool, by use.");
      Map.of(
              "held",
              pages.pages() - pages.free() - pages.idle(),
              "idle",
              pages.idle(),
              "cached",
              pages.cached(),
              "free",
              pages.free() - pages.cached())
          .forEach((use, count) -> uses.dataPoint(point(Labels.of("use", use), count)));
      snapshots.metricSnapshot(uses.build());
      gauge("spilled_pages", "Pages in the spill file.", pages.spilled());
      counter(
          "evictions",
          "Contexts that had to leave memory for others.",
          Labels.EMPTY,
          (double) market.evictions());
    }

    private void credits() {
      gauge("minted_credits", "All credits there are.", market.minted());
      gauge(
          "treasury_credits", "Credits that were paid and not yet given back.", market.treasury());
      tenants("balance_credits", "What a tenant has.", tenant -> tenant.account().balance());
      tenants(
          "dividend_credits",
          "What a tenant got lately, for each step.",
          tenant -> tenant.account().dividend());
      tenants(
          "endowment_ratio",
          "A tenant's part of all endowments.",
          tenant ->
              (double) tenant.account().endowment() / Math.max(1, tenant.account().endowments()));
      tenants("processes", "A tenant's open processes.", TenantView::processes);
      CounterSnapshot.Builder paid =
          CounterSnapshot.builder()
              .name(PREFIX + "tenant_paid_credits")
              .help("What a tenant's processes have paid.");
      market
          .tenants()
          .forEach(tenant -> paid.dataPoint(counted(tenant(tenant.name()), tenant.paid())));
      snapshots.metricSnapshot(paid.build());
    }

    private void contexts() {
      GaugeSnapshot.Builder gauge =
          named("contexts", "Open contexts of a tenant, by what they do.");
      Map<String, Map<State, Long>> counts =
          market.contexts().stream()
              .collect(
                  Collectors.groupingBy(
                      MarketView.ContextView::user,
                      TreeMap::new,
                      Collectors.groupingBy(MarketView.ContextView::state, Collectors.counting())));
      for (TenantView tenant : market.tenants()) {
        Map<State, Long> states = counts.getOrDefault(tenant.name(), Map.of());
        for (State state : State.values()) {
          String name = state.name().toLowerCase(Locale.ROOT);
          gauge.dataPoint(
              point(
                  Labels.of("tenant", tenant.name(), "state", name),
                  (double) states.getOrDefault(state, 0L)));
        }
      }
      snapshots.metricSnapshot(gauge.build());
    }

    private void tenants(String name, String help, ToDoubleFunction<TenantView> figure) {
      GaugeSnapshot.Builder gauge = named("tenant_" + name, help);
      market
          .tenants()
          .forEach(
              tenant ->
                  gauge.dataPoint(point(tenant(tenant.name()), figure.applyAsDouble(tenant))));
      snapshots.metricSnapshot(gauge.build());
    }

    private void gauge(String name, String help, double value) {
      snapshots.metricSnapshot(named(name, help).dataPoint(point(Labels.EMPTY, value)).build());
    }

    private void one(String name, String help, Labels labels) {
      snapshots.metricSnapshot(named(name, help).dataPoint(point(labels, 1)).build());
    }

    private void counter(String name, String help, Labels labels, double value) {
      snapshots.metricSnapshot(
          CounterSnapshot.builder()
              .name(PREFIX + name)
              .help(help)
              .dataPoint(counted(labels, value))
              .build());
    }

    private static GaugeSnapshot.Builder named(String name, String help) {
      return GaugeSnapshot.builder().name(PREFIX + name).help(help);
    }

    private static Labels tenant(String name) {
      return Labels.of("tenant", name);
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
      return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static CounterDataPointSnapshot counted(Labels labels, double value) {
      return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }
  }
}
