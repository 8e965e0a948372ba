package dev.bourse.kv;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A sealed page: rows that never change, known by their content and by the page they were computed
 * after. Its keys and values lie in a frame, in a copy outside of memory, or nowhere; then they can
 * be computed again.
 *
 * <p>It is a node of the prefix tree that {@link PageCache} keeps, and is changed by it alone.
 */
public final class Page {
  private static final int NO_FRAME = -1;

  private final @Nullable Page parent;
  private final Lineage lineage;
  private final PageKey key;
  private final PageContent content;
  private @Nullable SequencedMap<PageKey, Page> children;
  private int frame = NO_FRAME;
  private boolean loading;
  private @Nullable PageCopy stored;
  private SpillFile.@Nullable Slot spilled;
  private int holders;
  private int pins;
  private int irreplaceable;
  private final PageTree.Mark mark = new PageTree.Mark();

  Page(@Nullable Page parent, Lineage lineage, PageKey key, PageContent content) {
    this.parent = parent;
    this.lineage = lineage;
    this.key = key;
    this.content = content;
  }

  /** The page it was computed after, if it is not the first. */
  public @Nullable Page parent() {
    return parent;
  }

  /** Whose page it is. */
  public Lineage lineage() {
    return lineage;
  }

  public PageKey key() {
    return key;
  }

  public PageContent content() {
    return content;
  }

  /** Whether its keys and values are in memory, complete. */
  public boolean isResident() {
    return frame != NO_FRAME && !loading;
  }

  /** Whether somebody is bringing its keys and values to memory. */
  public boolean isLoading() {
    return loading;
  }

  /** Its frame, complete or about to be; only while it has one. */
  public int frame() {
    if (frame == NO_FRAME) {
      throw new IllegalStateException("page " + key + " is not in memory");
    }
    return frame;
  }

  /** Where it can be read from, the spill file before a snapshot; null if it must be computed. */
  public @Nullable PageCopy copy() {
    return spilled != null ? spilled : stored;
  }

  /** Its copy in a snapshot, if there is one. */
  public @Nullable PageCopy stored() {
    return stored;
  }

  /** Entries of page tables that hold it. */
  public int holders() {
    return holders;
  }

  /**
   * Whether it cannot be computed again, because somebody who holds it has dropped pages before it.
   */
  public boolean isIrreplaceable() {
    return irreplaceable > 0;
  }

  int pins() {
    return pins;
  }

  /** Where it is among the pages that tables keep in memory. */
  PageTree.Mark mark() {
    return mark;
  }

  // What follows is for the cache.

  boolean hasFrame() {
    return frame != NO_FRAME;
  }

  void setFrame(int newFrame, boolean isLoading) {
    frame = newFrame;
    loading = isLoading;
  }

  int takeFrame() {
    int taken = frame();
    frame = NO_FRAME;
    loading = false;
    return taken;
  }

  void setStored(@Nullable PageCopy copy) {
    stored = copy;
  }

  SpillFile.@Nullable Slot spilled() {
    return spilled;
  }

  void setSpilled(SpillFile.@Nullable Slot slot) {
    spilled = slot;
  }

  int addHolder(int change) {
    holders = changed("holders", holders, change);
    return holders;
  }

  int addPin(int change) {
    pins = changed("pins", pins, change);
    return pins;
  }

  void addIrreplaceable(int change) {
    irreplaceable = changed("holders that dropped pages before it", irreplaceable, change);
  }

  private int changed(String what, int count, int change) {
    if (count + change < 0) {
      throw new IllegalStateException("page " + key + " has fewer than no " + what);
    }
    return count + change;
  }

  SequencedCollection<Page> children() {
    return children == null ? List.of() : children.sequencedValues();
  }

  @Nullable Page child(PageKey childKey) {
    return children == null ? null : children.get(childKey);
  }

  void addChild(Page child) {
    if (children == null) {
      children = new LinkedHashMap<>(2);
    }
    children.put(child.key, child);
  }

  void removeChild(Page child) {
    if (children != null) {
      children.remove(child.key, child);
    }
  }
}
