package dev.bourse.server.market;

import dev.bourse.engine.Engine.PageUse;
import dev.bourse.engine.MarketView;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.engine.MarketView.TenantView;
import dev.bourse.engine.Policies;
import dev.bourse.engine.Price;
import dev.bourse.server.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * The market on one screen: prices and their course, slots, pages, credits; tenants; who won, who
 * waits and for what. A pure function of a report and the size of the screen.
 *
 * <p>It is never wider or longer than the screen. On a narrow one the last columns of tables and
 * the ends of lines are left out, on a short one rows, with a line that says how many.
 */
public final class MarketScreen {
  private static final int LABEL = 8;
  private static final int AMOUNT = 10;

  /** Room for what the highest block of a sparkline stands for. */
  private static final int SCALE = 14;

  private static final int BAR = 24;
  private static final int NAME = 20;
  private static final int ROWS_LEAST = 3;

  /** Lines around the tables of contexts. */
  private static final int ROWS_BESIDE = 8;

  private final MarketReport report;
  private final MarketView market;
  private final int columns;
  private final int rows;
  private final List<AttributedString> lines = new ArrayList<>();

  private MarketScreen(MarketReport report, int columns, int rows) {
    this.report = report;
    this.market = report.market();
    this.columns = columns;
    this.rows = rows;
  }

  /** Prices of how many steps it can show, on a screen of this width. */
  public static int steps(int columns) {
    return columns * Graphs.STEPS;
  }

  /**
   * The lines of the screen.
   *
   * @param columns characters in a line, at least 1
   * @param rows lines, at least 1
   */
  public static List<AttributedString> lines(MarketReport report, int columns, int rows) {
    MarketScreen screen = new MarketScreen(report, columns, rows);
    screen.summary();
    screen.tenants();
    screen.contexts();
    return screen.lines.stream().limit(rows).map(line -> cut(line, columns)).toList();
  }

  /** The lines above those of contexts: prices, slots, pages, credits and tenants. */
  public static List<AttributedString> head(MarketReport report, int columns, int rows) {
    MarketScreen screen = new MarketScreen(report, columns, rows);
    screen.summary();
    screen.tenants();
    return screen.lines.stream().limit(rows).map(line -> cut(line, columns)).toList();
  }

  private void summary() {
    Price price = market.price();
    add(
        AttributedStyle.BOLD,
        "policy %s, step %,d, %s a step, %d tenants, %d contexts"
            .formatted(
                market.policy(),
                price.step(),
                Figures.micros(market.stepMicros()),
                market.tenants().size(),
                market.contexts().size()));
    if (market.policy().equals(Policies.MARKET)) {
      price("slot", price.slotPrice(), Price::slotPrice);
      price("page", price.pagePrice(), Price::pagePrice);
      row(
          "slots",
          Graphs.bar(price.slots(), BAR, new Graphs.Part(price.tokens(), '█')),
          "%,d of %,d sold, %,d wanted, %,d contexts got none"
              .formatted(price.tokens(), price.slots(), price.wanted(), price.waiting()));
    } else {
      add(AttributedStyle.DEFAULT, "prices  none: only the policy market takes credits");
    }
    pages(market.pages());
    row(
        "credits",
        "",
        "%s minted, %s in the treasury, %s paid in the last step"
            .formatted(
                Figures.credits(market.minted()),
                Figures.credits(market.treasury()),
                Figures.credits(price.revenue())));
  }

  /** The price now, its course, and what the highest block of that stands for. */
  private void price(String label, double now, ToDoubleFunction<Price> figure) {
    String left = pad(label, LABEL) + pad(Figures.credits(now), AMOUNT);
    int width = columns - left.length() - SCALE;
    AttributedStringBuilder line = new AttributedStringBuilder().append(left);
    if (width > 0) {
      Graphs.Course course = Graphs.course(report.prices(), figure, width);
      line.styled(AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN), course.line())
          .append("  max " + Figures.credits(course.highest()));
    }
    lines.add(line.toAttributedString());
  }

  private void pages(PageUse pages) {
    int busy = pages.pages() - pages.free() - pages.idle();
    row(
        "pages",
        Graphs.bar(
            pages.pages(),
            BAR,
            new Graphs.Part(busy, '█'),
            new Graphs.Part(pages.idle(), '▓'),
            new Graphs.Part(pages.cached(), '▒')),
        "%,d: %,d held, %,d idle, %,d cached; %,d spilled"
            .formatted(pages.pages(), busy, pages.idle(), pages.cached(), pages.spilled()));
  }

  private void tenants() {
    if (market.tenants().isEmpty()) {
      return;
    }
    List<TenantView> tenants =
        market.tenants().stream()
            .sorted(Comparator.comparingDouble(TenantView::paid).reversed())
            .toList();
    Table<TenantView> table =
        new Table<TenantView>()
            .text("tenant", tenant -> Figures.name(tenant.name(), NAME))
            .number("balance", tenant -> Figures.credits(tenant.account().balance()))
            .number("dividend", tenant -> Figures.credits(tenant.account().dividend()))
            .number("paid", tenant -> Figures.credits(tenant.paid()))
            .number(
                "endowment",
                tenant ->
                    Figures.percent(tenant.account().endowment(), tenant.account().endowments()))
            .number("processes", tenant -> Integer.toString(tenant.processes()))
            .number("contexts", tenant -> Integer.toString(tenant.contexts()));
    add(AttributedStyle.DEFAULT, "");
    table(table, tenants, Math.max(ROWS_LEAST, rows / 4));
  }

  private void contexts() {
    List<ContextView> winners = winners();
    List<ContextView> waiting = waiting(Set.copyOf(winners));
    int room = Math.max(2 * ROWS_LEAST, rows - lines.size() - ROWS_BESIDE);
    // Whoever waits is of more interest: it has what the others leave, and half at least.
    int forWaiting = Math.max(room / 2, room - winners.size());
    int forWinners = Math.max(room / 2, room - waiting.size());
    section("computed in the last step", contextTable(), winners, forWinners);
    section("waiting", waitingTable(), waiting, forWaiting);
    add(AttributedStyle.DEFAULT, "");
    add(
        AttributedStyle.DEFAULT,
        "idle: %,d in memory, %,d suspended; %,d evictions so far"
            .formatted(count(State.IDLE), count(State.SUSPENDED), market.evictions()));
  }

  /** Those of the step that is computed, or of the last if none is. */
  private List<ContextView> winners() {
    long step = market.contexts().stream().mapToLong(ContextView::servedStep).max().orElse(0);
    return market.contexts().stream()
        .filter(context -> step > 0 && context.servedStep() == step)
        .filter(context -> context.state() != State.WAITS_FOR_PAGES)
        .sorted(
            Comparator.comparingDouble(ContextView::perToken)
                .reversed()
                .thenComparingLong(ContextView::id))
        .toList();
  }

  /** Those that wait, and have not just been served. */
  private List<ContextView> waiting(Set<ContextView> winners) {
    return market.contexts().stream()
        .filter(MarketScreen::isWaiting)
        .filter(context -> !winners.contains(context))
        .sorted(
            Comparator.comparingInt(ContextView::waitedSteps)
                .reversed()
                .thenComparingLong(ContextView::id))
        .toList();
  }

  private static boolean isWaiting(ContextView context) {
    return context.state() == State.WAITS_FOR_SLOTS || context.state() == State.WAITS_FOR_PAGES;
  }

  private long count(State state) {
    return market.contexts().stream().filter(context -> context.state() == state).count();
  }

  private void section(
      String title, Table<ContextView> table, List<ContextView> contexts, int most) {
    add(AttributedStyle.DEFAULT, "");
    add(AttributedStyle.BOLD, "%s: %,d".formatted(title, contexts.size()));
    table(table, contexts, most);
  }

  private static Table<ContextView> contextTable() {
    return offers(named());
  }

  private static Table<ContextView> waitingTable() {
    return offers(named().text("for", MarketScreen::want).number("since", MarketScreen::since));
  }

  private static Table<ContextView> named() {
    return new Table<ContextView>()
        .number("context", context -> "#" + context.id())
        .text("tenant", context -> Figures.name(context.user(), NAME))
        .text("process", context -> Figures.name(context.process(), NAME));
  }

  private static Table<ContextView> offers(Table<ContextView> table) {
    return table
        .number("per token", context -> Figures.credits(context.perToken()))
        .number("per page", context -> Figures.credits(context.perPage()))
        .number("pages", context -> "%,d".formatted(context.pages()))
        .number("share", context -> "%,.1f".formatted(context.effectivePages()))
        .number("tokens", context -> "%,d".formatted(context.tokens()))
        .number("evicted", context -> "%,d".formatted(context.evictions()));
  }

  private static String want(ContextView context) {
    return context.state() == State.WAITS_FOR_PAGES ? "pages" : "slots";
  }

  private static String since(ContextView context) {
    return "%,d %s, %s"
        .formatted(
            context.waitedSteps(),
            context.state() == State.WAITS_FOR_PAGES ? "ticks" : "steps",
            Figures.micros(context.waitedMicros()));
  }

  private <T> void table(Table<T> table, List<T> all, int most) {
    int shown = all.size() <= most ? all.size() : Math.max(0, most - 1);
    List<String> text = table.lines(all.subList(0, shown), columns);
    for (int line = 0; line < text.size(); line++) {
      add(line == 0 ? AttributedStyle.DEFAULT.faint() : AttributedStyle.DEFAULT, text.get(line));
    }
    if (shown < all.size()) {
      add(AttributedStyle.DEFAULT.faint(), "… %,d more".formatted(all.size() - shown));
    }
  }

  private void row(String label, String bar, String words) {
    String left = pad(label, LABEL) + (bar.isEmpty() ? "" : bar + "  ");
    add(AttributedStyle.DEFAULT, left + words);
  }

  private void add(AttributedStyle style, String text) {
    lines.add(new AttributedString(text, style));
  }

  /** As much of a line as there is room for. */
  public static AttributedString cut(AttributedString line, int columns) {
    return line.columnLength() <= columns
        ? line
        : AttributedString.join(
            AttributedString.EMPTY,
            line.columnSubSequence(0, columns - 1),
            new AttributedString("…", line.styleAt(columns - 1)));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
