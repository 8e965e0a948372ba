package dev.bourse.kv.violations;

import dev.bourse.scheduler.Demand;

/** Depends on a module that kv must not know. */
public record UsesTheScheduler(Demand demand) {}
