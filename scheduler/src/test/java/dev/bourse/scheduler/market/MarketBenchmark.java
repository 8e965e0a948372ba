package dev.bourse.scheduler.market;

import dev.bourse.scheduler.StepPlan;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long a step of ten thousand contexts takes to plan and settle. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgs = "-XX:+UseSerialGC")
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
public class MarketBenchmark {
  private static final int PROCESSES = 1_000;
  private static final int CONTEXTS = 10_000;
  private static final int SLOTS = 512;

  /** With 100, all are small; with 16, all are above 5% of the endowments. */
  @Param({"100", "16"})
  public int tenants;

  private Crowd crowd = Crowd.of(new Market(MarketConfig.DEFAULT), 1, 1, 1, 1);

  @Setup
  public void open() {
    crowd = Crowd.of(new Market(MarketConfig.DEFAULT), tenants, PROCESSES, CONTEXTS, SLOTS);
  }

  @Setup(Level.Invocation)
  public void demand() {
    crowd.renew();
    crowd.demand();
  }

  @Benchmark
  public StepPlan planAndSettle() {
    return crowd.step();
  }
}
