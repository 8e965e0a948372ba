package dev.bourse.server.top;

import com.google.protobuf.util.Timestamps;
import dev.bourse.engine.MarketView.ContextView;
import dev.bourse.engine.MarketView.State;
import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.ProcessState;
import dev.bourse.server.Table;
import dev.bourse.server.market.Figures;
import dev.bourse.server.market.MarketScreen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/**
 * A server on one screen: its market, its tenants, and what runs, sorted. A pure function of a
 * view, what was chosen, the time and the size of the screen; never wider or longer than that.
 */
final class TopScreen {
  private static final int NAME = 28;
  private static final int ROWS_LEAST = 3;

  private final TopView view;
  private final Choice choice;
  private final Instant now;
  private final int columns;
  private final int rows;
  private final List<AttributedString> lines = new ArrayList<>();

  private TopScreen(TopView view, Choice choice, Instant now, int columns, int rows) {
    this.view = view;
    this.choice = choice;
    this.now = now;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * What the user chose.
   *
   * @param order of the processes
   * @param selected a process's id, if there is one
   * @param bottom what is said in the last line; what keys do, if empty
   */
  record Choice(Order order, Optional<String> selected, Optional<String> bottom) {
    static final Choice NONE = new Choice(Order.PAID, Optional.empty(), Optional.empty());
  }

  /** The processes in the order in which they are shown. */
  static List<Process> sorted(TopView view, Order order) {
    return view.processes().stream().sorted(order.comparator()).toList();
  }

  /**
   * The lines of the screen.
   *
   * @param columns characters in a line, at least 1
   * @param rows lines, at least 1
   */
  static List<AttributedString> lines(
      TopView view, Choice choice, Instant now, int columns, int rows) {
    TopScreen screen = new TopScreen(view, choice, now, columns, rows);
    screen.title();
    view.market()
        .ifPresent(report -> screen.lines.addAll(MarketScreen.head(report, columns, rows)));
    screen.processes();
    screen.bottom();
    return screen.lines.stream().limit(rows).map(line -> MarketScreen.cut(line, columns)).toList();
  }

  private void title() {
    add(AttributedStyle.BOLD, "%s, %s".formatted(view.server(), view.model()));
    view.problem()
        .ifPresent(words -> add(AttributedStyle.DEFAULT.foreground(AttributedStyle.RED), words));
  }

  private void processes() {
    add(AttributedStyle.DEFAULT, "");
    add(
        AttributedStyle.BOLD,
        "%,d processes, by %s".formatted(view.processes().size(), choice.order()));
    List<Process> all = sorted(view, choice.order());
    // A line for the titles, one for how many more there are, one for the keys.
    int most = Math.max(ROWS_LEAST, rows - lines.size() - 3);
    int first = first(all, most);
    List<Process> shown = all.subList(first, Math.min(all.size(), first + most));
    List<String> text = table().lines(shown, columns);
    for (int line = 0; line < text.size(); line++) {
      add(line == 0 ? AttributedStyle.DEFAULT.faint() : style(shown.get(line - 1)), text.get(line));
    }
    if (shown.size() < all.size()) {
      add(AttributedStyle.DEFAULT.faint(), "… %,d more".formatted(all.size() - shown.size()));
    }
  }

  /** So many are left out at the top that the one that is selected is seen. */
  private int first(List<Process> all, int most) {
    for (int at = most; at < all.size(); at++) {
      if (choice.selected().equals(Optional.of(all.get(at).getId()))) {
        return at - most + 1;
      }
    }
    return 0;
  }

  private AttributedStyle style(Process process) {
    boolean selected = choice.selected().equals(Optional.of(process.getId()));
    return selected ? AttributedStyle.INVERSE : AttributedStyle.DEFAULT;
  }

  private Table<Process> table() {
    Map<String, List<ContextView>> contexts =
        view.market().stream()
            .flatMap(report -> report.market().contexts().stream())
            .collect(Collectors.groupingBy(ContextView::process));
    return new Table<Process>()
        .text("process", Process::getId)
        .text("program", process -> Figures.name(process.getProgram(), NAME))
        .text("tenant", process -> Figures.name(process.getTenant(), NAME))
        .text(
            "does", process -> activity(process, contexts.getOrDefault(process.getId(), List.of())))
        .number("for", process -> age(process, now))
        .number("paid", process -> Figures.credits(process.getUsage().getPaid()))
        .number("bid", process -> bid(contexts.getOrDefault(process.getId(), List.of())))
        .number("pages", process -> "%,d".formatted(process.getUsage().getPages()))
        .number("tokens", process -> "%,d".formatted(Order.computed(process.getUsage())))
        .number("clients", process -> Integer.toString(process.getAttached()));
  }

  /** What the one of its contexts does that gets furthest. */
  private static String activity(Process process, List<ContextView> contexts) {
    if (process.getState() == ProcessState.PROCESS_STATE_STOPPING) {
      return "stops";
    }
    return contexts.stream()
        .map(ContextView::state)
        .min(Comparator.naturalOrder())
        .map(TopScreen::word)
        .orElse("runs");
  }

  private static String word(State state) {
    return switch (state) {
      case COMPUTES -> "computes";
      case WAITS_FOR_SLOTS -> "waits for slots";
      case WAITS_FOR_PAGES -> "waits for pages";
      case IDLE -> "idle";
      case SUSPENDED -> "suspended";
    };
  }

  /** The highest offer of its contexts for a token slot. */
  private static String bid(List<ContextView> contexts) {
    return contexts.stream()
        .map(ContextView::perToken)
        .max(Comparator.naturalOrder())
        .map(Figures::credits)
        .orElse("");
  }

  private static String age(Process process, Instant now) {
    Duration age =
        Duration.between(Instant.ofEpochMilli(Timestamps.toMillis(process.getLaunchedAt())), now);
    long seconds = Math.max(0, age.toSeconds());
    return seconds < 3600
        ? "%d:%02d".formatted(seconds / 60, seconds % 60)
        : "%d:%02d:%02d".formatted(seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** In the last row, whatever had to be left out. */
  private void bottom() {
    while (lines.size() >= rows && lines.size() > 1) {
      lines.removeLast();
    }
    add(
        AttributedStyle.DEFAULT.faint(),
        choice.bottom().orElse("↑↓ select  k stop it  s sort  m model  a all tenants  q leave"));
  }

  private void add(AttributedStyle style, String text) {
    lines.add(new AttributedString(text, style));
  }
}
