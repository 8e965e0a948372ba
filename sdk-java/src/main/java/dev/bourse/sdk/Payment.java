package dev.bourse.sdk;

/**
 * What forward passes cost, in credits, and how long they waited.
 *
 * @param slots for the token slots they were computed in
 * @param rent for the context's pages since the pass before
 * @param dividend what the inferlet's account got back for each step when the last of them ended
 * @param queuedNanos from their submission to the start of their first step, in nanoseconds
 */
public record Payment(double slots, double rent, double dividend, long queuedNanos) {
  /** Nothing yet. */
  public static final Payment NONE = new Payment(0, 0, 0, 0);

  /** Credits paid, dividends not counted. */
  public double credits() {
    return slots + rent;
  }

  /** This, then the other. */
  public Payment plus(Payment other) {
    return new Payment(
        slots + other.slots, rent + other.rent, other.dividend, queuedNanos + other.queuedNanos);
  }
}
