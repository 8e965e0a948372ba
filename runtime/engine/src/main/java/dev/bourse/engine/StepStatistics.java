package dev.bourse.engine;

/**
 * Where the step loop's time went, since the engine started.
 *
 * @param steps steps run
 * @param tokens tokens computed
 * @param planNanos choosing the batch and building it
 * @param forwardNanos in the model
 * @param sampleNanos reading outputs
 * @param settleNanos handing results out
 * @param waitNanos waiting for work: nothing was asked for, or the programs were busy
 */
public record StepStatistics(
    long steps,
    long tokens,
    long planNanos,
    long forwardNanos,
    long sampleNanos,
    long settleNanos,
    long waitNanos) {
  static final StepStatistics NONE = new StepStatistics(0, 0, 0, 0, 0, 0, 0);
}
