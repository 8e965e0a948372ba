package dev.bourse.server.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JVM and its process, by the names that Prometheus's clients for Java and for others use, so
 * that dashboards made for those work.
 */
final class JvmMetrics implements MultiCollector {
  private static final double MILLIS = 1e3;
  private static final double NANOS = 1e9;

  @Override
  public MetricSnapshots collect() {
    Figures figures = new Figures();
    memory(figures);
    collections(figures);
    process(figures);
    return figures
        .gauge(
            "jvm_threads_current",
            "Threads of the operating system.",
            ManagementFactory.getThreadMXBean().getThreadCount())
        .gauge(
            "jvm_classes_currently_loaded",
            "Classes that are loaded.",
            ManagementFactory.getClassLoadingMXBean().getLoadedClassCount())
        .build();
  }

  private static void memory(Figures figures) {
    Map<Labels, Double> used = new LinkedHashMap<>();
    Map<Labels, Double> committed = new LinkedHashMap<>();
    Map<Labels, Double> most = new LinkedHashMap<>();
    var memory = ManagementFactory.getMemoryMXBean();
    Map.of("heap", memory.getHeapMemoryUsage(), "nonheap", memory.getNonHeapMemoryUsage())
        .forEach(
            (area, usage) -> {
              Labels labels = Labels.of("area", area);
              used.put(labels, (double) usage.getUsed());
              committed.put(labels, (double) usage.getCommitted());
              most.put(labels, (double) usage.getMax());
            });
    Map<Labels, Double> buffers = new LinkedHashMap<>();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      buffers.put(Labels.of("pool", pool.getName()), (double) pool.getMemoryUsed());
    }
    figures
        .gauge("jvm_memory_used_bytes", "Memory in use.", used)
        .gauge("jvm_memory_committed_bytes", "Memory taken from the system.", committed)
        .gauge("jvm_memory_max_bytes", "Memory that may be used; -1 for any.", most)
        .gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside the heap.", buffers);
  }

  private static void collections(Figures figures) {
    Map<Labels, Double> counts = new LinkedHashMap<>();
    Map<Labels, Double> seconds = new LinkedHashMap<>();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      Labels labels = Labels.of("gc", collector.getName());
      counts.put(labels, (double) Math.max(0, collector.getCollectionCount()));
      seconds.put(labels, Math.max(0, collector.getCollectionTime()) / MILLIS);
    }
    figures
        .counter("jvm_gc_collections", "Garbage collections.", counts)
        .counter("jvm_gc_seconds", "Time they took.", seconds);
  }

  private static void process(Figures figures) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    figures.gauge(
        "process_start_time_seconds",
        "When it was started, in seconds since 1970.",
        runtime.getStartTime() / MILLIS);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      figures.counter(
          "process_cpu_seconds", "Time it computed.", system.getProcessCpuTime() / NANOS);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      figures
          .gauge(
              "process_open_fds",
              "Files and sockets that are open.",
              (double) unix.getOpenFileDescriptorCount())
          .gauge(
              "process_max_fds",
              "Files and sockets that may be open.",
              (double) unix.getMaxFileDescriptorCount());
    }
  }
}
