package dev.bourse.engine;

/**
 * What a user of the engine is given.
 *
 * @param endowment its share of what the engine earns, relative to the other tenants', at least 1
 * @param credits it begins with, not negative
 * @param contextsMax contexts its processes may have together
 */
public record Tenant(long endowment, double credits, int contextsMax) {
  /** What every user gets of whom nothing else is said. */
  public static final Tenant DEFAULT = new Tenant(1_000, 1_000, 4_096);

  private static final double CREDITS_MAX = 1e9;
  private static final long ENDOWMENT_MAX = 1_000_000;

  public Tenant {
    if (endowment < 1 || endowment > ENDOWMENT_MAX) {
      throw new IllegalArgumentException(
          "an endowment of " + endowment + " is not between 1 and " + ENDOWMENT_MAX);
    }
    if (!(credits >= 0 && credits <= CREDITS_MAX)) {
      throw new IllegalArgumentException(
          credits + " credits are not between 0 and " + (long) CREDITS_MAX);
    }
    if (contextsMax < 1) {
      throw new IllegalArgumentException(
          "a limit of " + contextsMax + " contexts lets a tenant do nothing: allow at least 1");
    }
  }
}
