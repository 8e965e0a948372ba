package dev.bourse.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A state of a small world, written down so that two states with the same text behave the same:
 * pages and entries are named in the order they are met, frames not at all.
 */
final class WorldState {
  private final PageCache cache;
  private final Map<Page, Integer> pages = new HashMap<>();
  private final Map<Link, Integer> links = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  private WorldState(PageCache cache) {
    this.cache = cache;
  }

  /** The least text over all orders of the tables, for their order does not matter. */
  static String of(SmallWorld world) {
    String least = null;
    for (List<SimulatedContext> order : orders(world.live())) {
      String text = new WorldState(world.cache()).describe(order);
      least = least == null || text.compareTo(least) < 0 ? text : least;
    }
    return least == null ? "" : least;
  }

  private static List<List<SimulatedContext>> orders(List<SimulatedContext> contexts) {
    if (contexts.isEmpty()) {
      return List.of(List.of());
    }
    List<List<SimulatedContext>> orders = new ArrayList<>();
    for (SimulatedContext first : contexts) {
      List<SimulatedContext> others = new ArrayList<>(contexts);
      others.remove(first);
      for (List<SimulatedContext> rest : orders(others)) {
        List<SimulatedContext> order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  private String describe(List<SimulatedContext> order) {
    text.append(cache.pool().freeCount());
    order.forEach(this::describe);
    text.append(" tree ");
    describe(cache.roots());
    text.append(" cached");
    cache.cachedPages().forEach(page -> text.append(' ').append(name(page)));
    text.append(" idle");
    cache.idlePages().forEach(page -> text.append(' ').append(name(page)));
    return text.toString();
  }

  private void describe(SimulatedContext context) {
    PageTable table = context.table;
    text.append(context.isInFlight() ? " flying " : " table ")
        .append(table.isPinned() ? 'p' : '-')
        .append(table.sealed().isResident() ? 'r' : '-')
        .append(table.ownFrameCount())
        .append('/')
        .append(table.committedPages())
        .append('/')
        .append(table.pageCount())
        .append('/')
        .append(table.fullPages())
        .append('/');
    PageContent rows = table.content();
    for (int slot = table.fullPages() * table.pageTokens(); slot < rows.length(); slot++) {
      text.append(rows.token(slot)).append(Arrays.toString(rows.mask(slot)));
    }
    describe(table.sealed().end());
  }

  private void describe(@Nullable Link end) {
    for (Link link = end; link != null; link = link.previous()) {
      Integer known = links.putIfAbsent(link, links.size());
      text.append(' ').append(link.dropped() ? "d" : "").append(known == null ? "new" : known);
      if (known != null) {
        return;
      }
      text.append(':').append(name(link.page()));
    }
  }

  private void describe(Collection<Page> siblings) {
    for (Page page : siblings) {
      text.append('(').append(name(page));
      describe(page.children());
      text.append(')');
    }
  }

  private String name(Page page) {
    Integer known = pages.get(page);
    if (known != null) {
      return "" + known;
    }
    pages.put(page, pages.size());
    StringBuilder name = new StringBuilder();
    for (int row = 0; row < page.content().length(); row++) {
      name.append(page.content().token(row));
      int[] mask = page.content().mask(row);
      name.append(mask == null ? "" : Arrays.toString(mask));
    }
    Page parent = page.parent();
    return name.append(page.isResident() ? 'R' : page.isLoading() ? 'L' : 'A')
            .append(page.copy() == null ? "" : "C")
        + (parent == null ? "" : "<" + name(parent));
  }
}
