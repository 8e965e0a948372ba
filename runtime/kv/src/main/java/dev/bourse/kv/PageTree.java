package dev.bourse.kv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The pages that page tables keep in memory, as the tree that their common beginnings make: what
 * has to be known to share the cost of a page among those who use it.
 *
 * <p>A node is a page; the parent of a node is the page before it in a table. A table ends in one
 * node, and uses it and all its ancestors. One that has dropped pages is several runs, each of
 * which ends in a node of its own, and the first page of a run has no parent. Behind a dropped page
 * a page is one node for tables that share it by a fork, and another for those that see it with the
 * pages before it.
 *
 * <p>Adding a table walks back from its end to the first page that is in the tree already, so that
 * filling a tree takes time in proportion to the pages there are, not to the sum of lengths; only
 * of a table with dropped pages every page is looked at. There is one tree for each {@link
 * PageCache}, filled anew whenever somebody wants to know.
 */
public final class PageTree {
  /** Hears where the runs of a table end. */
  @FunctionalInterface
  public interface Ends {
    void endsIn(int node);
  }

  /** Where a page or an entry is in the tree, if it was added since the last {@link #clear()}. */
  static final class Mark {
    private int epoch;
    private int node;
  }

  public static final int NO_PARENT = -1;

  private int[] parents = new int[64];
  private Mark[] path = new Mark[64];
  private int size;
  private int epoch = 1;

  PageTree() {}

  /** Forgets every node. */
  public void clear() {
    size = 0;
    epoch++;
  }

  /** Nodes, numbered from 0; a parent comes before its children. */
  public int size() {
    return size;
  }

  /** The node of the page before, or {@link #NO_PARENT}. */
  public int parent(int node) {
    return parents[node];
  }

  /** Adds the sealed pages of a table, if it keeps them in memory. */
  public void add(PageTable table, Ends ends) {
    if (!table.isPinned()) {
      return;
    }
    Link link = table.lastEntry();
    while (link != null) {
      if (link.dropped()) {
        link = link.previous();
      } else {
        ends.endsIn(addRun(link));
        link = link.irreplaceable() ? beforeRun(link) : null;
      }
    }
  }

  /** Adds the entries from {@code last} back to the first, or to a dropped one. */
  private int addRun(Link last) {
    int length = 0;
    Link link = last;
    while (link != null && !link.dropped() && link.mark().epoch != epoch) {
      if (length == path.length) {
        path = Arrays.copyOf(path, length * 2);
      }
      path[length++] = link.mark();
      link = link.previous();
    }
    int node = link == null || link.dropped() ? NO_PARENT : link.mark().node;
    while (length > 0) {
      node = append(node, path[--length]);
    }
    return node;
  }

  private int append(int parent, Mark mark) {
    if (size == parents.length) {
      parents = Arrays.copyOf(parents, size * 2);
    }
    parents[size] = parent;
    mark.epoch = epoch;
    mark.node = size;
    return size++;
  }

  private static @Nullable Link beforeRun(Link last) {
    Link link = last;
    while (link != null && !link.dropped()) {
      link = link.previous();
    }
    return link;
  }
}
