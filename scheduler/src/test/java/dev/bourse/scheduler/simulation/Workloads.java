package dev.bourse.scheduler.simulation;

import java.util.List;

/** Small workloads for tests. */
final class Workloads {
  private Workloads() {}

  static TenantGroup group(String name, int count) {
    return new TenantGroup(
        name,
        count,
        1,
        Bidding.TRUTHFUL,
        List.of(1, 4, 16),
        List.of(0.6, 0.3, 0.1),
        0.5,
        1,
        100,
        new Distribution(4, 0.5, 1, 10),
        128,
        2,
        Distribution.around(256, 0.5),
        Distribution.around(600, 1),
        Distribution.around(200, 1),
        Distribution.around(80, 1),
        Distribution.around(2_000, 1));
  }

  static Workload of(double load, double memoryLoad) {
    return new Workload(
        "test", "for a test", 20, load, memoryLoad, EngineModel.DEFAULT, List.of(group("all", 8)));
  }
}
