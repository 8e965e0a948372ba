package dev.bourse.host.process;

/** A guest took, or a program declares, more than a {@link Limit} allows. */
public final class LimitExceededException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Limit limit;

  public LimitExceededException(Limit limit, long max, long value) {
    super(describe(limit, max, value), null, false, false);
    this.limit = limit;
  }

  public static String describe(Limit limit, long max, long value) {
    return "limit %s exceeded: %d, allowed %d".formatted(limit.key(), value, max);
  }

  public Limit limit() {
    return limit;
  }
}
