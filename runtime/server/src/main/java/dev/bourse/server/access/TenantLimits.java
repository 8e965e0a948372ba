package dev.bourse.server.access;

/**
 * How much one tenant may ask of a server.
 *
 * @param processes that run at once
 * @param launches of processes
 * @param requests by HTTP and gRPC together
 * @param requestsAtOnce that are being answered
 */
public record TenantLimits(int processes, Rate launches, Rate requests, int requestsAtOnce) {
  /** Enough for thousands of clients of a tenant, and too little to occupy a server with asking. */
  public static final TenantLimits DEFAULT =
      new TenantLimits(2_000, new Rate(500, 4_000), new Rate(1_000, 8_000), 4_000);

  /**
   * So many in a second, in the long run.
   *
   * @param burst as many at once, after a pause
   */
  public record Rate(double perSecond, int burst) {
    public Rate {
      if (!(perSecond > 0) || burst < 1) {
        throw new IllegalArgumentException(
            "a rate of %s a second with a burst of %d".formatted(perSecond, burst));
      }
    }
  }

  public TenantLimits withProcesses(int max) {
    return new TenantLimits(max, launches, requests, requestsAtOnce);
  }
}
