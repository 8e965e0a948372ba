package dev.bourse.kv.snapshot;

/**
 * A run of pages whose keys belong to one lineage.
 *
 * @param name of the lineage
 * @param pages how many pages, dropped ones among them
 */
public record LineageRun(String name, int pages) {
  /**
   * @throws IllegalArgumentException if there is no page
   */
  public LineageRun {
    if (pages <= 0) {
      throw new IllegalArgumentException("the lineage '" + name + "' has " + pages + " pages");
    }
  }
}
