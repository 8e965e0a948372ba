package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.Policy;

/** A policy made for one run, and its money if it takes any. */
record PolicyRun(Policy policy, Economy economy) {}
