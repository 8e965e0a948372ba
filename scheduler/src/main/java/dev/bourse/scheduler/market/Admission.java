package dev.bourse.scheduler.market;

/**
 * Whether a new session may begin, with the numbers behind the answer.
 *
 * @param admitted whether it may begin now; else it is asked again when another one ended
 * @param pages its working set
 * @param workingSets pages that the sessions which began before it want, all together
 * @param limit pages that all sessions together may want
 */
public record Admission(boolean admitted, long pages, long workingSets, long limit) {
  @Override
  public String toString() {
    return (admitted ? "admitted: " : "not admitted yet: ")
        + pages
        + " pages beside "
        + workingSets
        + " of other sessions, and "
        + limit
        + " may be wanted in all";
  }
}
