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
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The market as Prometheus metrics: looked up when somebody scrapes, so that they cost nothing
 * otherwise. Amounts are credits, times seconds. What each means is in docs/market.md.
 */
public final class MarketMetrics implements MultiCollector {
  private static final String PREFIX = "bourse_market_";

  private final Supplier<Map<Labels, MarketView>> source;

  private MarketMetrics(Supplier<Map<Labels, MarketView>> source) {
    this.source = source;
  }

  /**
   * The metrics of one market.
   *
   * @param source asked once a scrape
   */
  public static MarketMetrics of(Supplier<MarketView> source) {
    return new MarketMetrics(() -> Map.of(Labels.EMPTY, source.get()));
  }

  /**
   * The metrics of markets that the labels of each tell apart.
   *
   * @param source asked once a scrape
   */
  public static MarketMetrics byModel(Supplier<Map<Labels, MarketView>> source) {
    return new MarketMetrics(source);
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
    private final Map<Labels, MarketView> markets;

    Scrape(Map<Labels, MarketView> markets) {
      this.markets = markets;
    }

    MetricSnapshots snapshots() {
      prices();
      pages();
      credits();
      contexts();
      return snapshots.build();
    }

    private void prices() {
      price("slot_price_credits", "What one token slot more would have brought.", Price::slotPrice);
      price("page_price_credits", "Rent for a page and step.", Price::pagePrice);
      counter("steps", "Steps that were sold.", market -> market.price().step());
      gauge(
          "step_seconds",
          "How long such a step is thought to take.",
          market -> market.stepMicros() / 1e6);
      price("step_slots", "Token slots of the last step.", Price::slots);
      price("step_tokens", "Tokens the last step computed.", Price::tokens);
      price("step_wanted_tokens", "Tokens that were wanted of the last step.", Price::wanted);
      price("step_waiting_contexts", "Contexts that got none of them.", Price::waiting);
      price("step_revenue_credits", "What was paid in the last step.", Price::revenue);
      gauges(
          "policy_info",
          "The scheduling policy, as a label; always 1.",
          (market, points) -> points.accept(Labels.of("policy", market.policy()), 1.0));
    }

    private void price(String name, String help, ToDoubleFunction<Price> figure) {
      gauge(name, help, market -> figure.applyAsDouble(market.price()));
    }

    private void pages() {
      gauges(
          "pages",
          "Pages of the pool, by use.",
          (market, points) -> {
            PageUse pages = market.pages();
            points.accept(use("held"), (double) pages.pages() - pages.free() - pages.idle());
            points.accept(use("idle"), (double) pages.idle());
            points.accept(use("cached"), (double) pages.cached());
            points.accept(use("free"), (double) pages.free() - pages.cached());
          });
      gauge("spilled_pages", "Pages in the spill file.", market -> market.pages().spilled());
      counter("evictions", "Contexts that had to leave memory for others.", MarketView::evictions);
    }

    private static Labels use(String use) {
      return Labels.of("use", use);
    }

    private void credits() {
      gauge("minted_credits", "All credits there are.", MarketView::minted);
      gauge(
          "treasury_credits",
          "Credits that were paid and not yet given back.",
          MarketView::treasury);
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
      markets.forEach(
          (labels, market) ->
              market
                  .tenants()
                  .forEach(
                      tenant ->
                          paid.dataPoint(
                              counted(labels.merge(tenant(tenant.name())), tenant.paid()))));
      snapshots.metricSnapshot(paid.build());
    }

    private void contexts() {
      gauges(
          "contexts",
          "Open contexts of a tenant, by what they do.",
          (market, points) -> {
            Map<String, Map<State, Long>> counts =
                market.contexts().stream()
                    .collect(
                        Collectors.groupingBy(
                            MarketView.ContextView::user,
                            TreeMap::new,
                            Collectors.groupingBy(
                                MarketView.ContextView::state, Collectors.counting())));
            for (TenantView tenant : market.tenants()) {
              Map<State, Long> states = counts.getOrDefault(tenant.name(), Map.of());
              for (State state : State.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                points.accept(
                    Labels.of("tenant", tenant.name(), "state", name),
                    (double) states.getOrDefault(state, 0L));
              }
            }
          });
    }

    private void tenants(String name, String help, ToDoubleFunction<TenantView> figure) {
      gauges(
          "tenant_" + name,
          help,
          (market, points) ->
              market
                  .tenants()
                  .forEach(
                      tenant ->
                          points.accept(tenant(tenant.name()), figure.applyAsDouble(tenant))));
    }

    private void gauge(String name, String help, ToDoubleFunction<MarketView> figure) {
      gauges(
          name,
          help,
          (market, points) -> points.accept(Labels.EMPTY, figure.applyAsDouble(market)));
    }

    /** A gauge with the points that {@code each} market gives. */
    private void gauges(
        String name, String help, BiConsumer<MarketView, BiConsumer<Labels, Double>> each) {
      GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(PREFIX + name).help(help);
      markets.forEach(
          (labels, market) ->
              each.accept(
                  market,
                  (more, value) ->
                      gauge.dataPoint(
                          GaugeDataPointSnapshot.builder()
                              .labels(labels.merge(more))
                              .value(value)
                              .build())));
      snapshots.metricSnapshot(gauge.build());
    }

    private void counter(String name, String help, ToDoubleFunction<MarketView> figure) {
      CounterSnapshot.Builder counter = CounterSnapshot.builder().name(PREFIX + name).help(help);
      markets.forEach(
          (labels, market) -> counter.dataPoint(counted(labels, figure.applyAsDouble(market))));
      snapshots.metricSnapshot(counter.build());
    }

    private static Labels tenant(String name) {
      return Labels.of("tenant", name);
    }

    private static CounterDataPointSnapshot counted(Labels labels, double value) {
      return CounterDataPointSnapshot.builder().labels(labels).value(value).build();
    }
  }
}
