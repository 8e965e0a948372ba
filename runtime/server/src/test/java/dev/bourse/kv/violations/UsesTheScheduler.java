package dev.bourse.kv.violations;

import dev.bourse.scheduler.Demands;

/** Depends on a module that kv must not know. */
public record UsesTheScheduler(Demands demands) {}
