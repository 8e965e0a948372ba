/**
 * Policies compared on simulated work: workloads, an engine in discrete steps, metrics.
 *
 * <p>The engine asks the same {@link dev.bourse.scheduler.Planner} and {@link
 * dev.bourse.scheduler.Residency} as the real one, in the same order; only the model is replaced,
 * by a {@link dev.bourse.scheduler.CostModel}. Laws: a run is a function of its workload, policy
 * and seed, byte for byte on every machine (no clock, no platform mathematics); tokens, pages and
 * credits are conserved in every step.
 */
@NullMarked
package dev.bourse.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
