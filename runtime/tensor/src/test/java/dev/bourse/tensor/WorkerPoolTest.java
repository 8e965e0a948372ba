package dev.bourse.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerPoolTest {
  @Test
  void everyTaskRunsOnce() {
    Random random = new Random(1);
    try (WorkerPool pool = new WorkerPool(4)) {
      for (int run = 0; run < 3000; run++) {
        int tasks = random.nextInt(50);
        AtomicIntegerArray done = new AtomicIntegerArray(tasks);
        pool.run(tasks, (task, worker) -> done.incrementAndGet(task));
        for (int i = 0; i < tasks; i++) {
          assertThat(done.get(i)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void noTwoTasksShareAWorkerAtTheSameTime() {
    try (WorkerPool pool = new WorkerPool(4)) {
      AtomicIntegerArray busy = new AtomicIntegerArray(4);
      AtomicInteger clashes = new AtomicInteger();
      pool.run(
          10_000,
          (task, worker) -> {
            if (busy.incrementAndGet(worker) != 1) {
              clashes.incrementAndGet();
            }
            busy.decrementAndGet(worker);
          });
      assertThat(clashes).hasValue(0);
    }
  }

  @Test
  void workersThatHaveParkedWakeAgain() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(3)) {
      for (int run = 0; run < 20; run++) {
        Thread.sleep(5);
        AtomicInteger done = new AtomicInteger();
        pool.run(100, (task, worker) -> done.incrementAndGet());
        assertThat(done).hasValue(100);
      }
    }
  }

  @Test
  void anExceptionReachesTheCallerAndThePoolLivesOn() {
    try (WorkerPool pool = new WorkerPool(4)) {
      for (int run = 0; run < 200; run++) {
        int failing = run;
        assertThatThrownBy(
                () ->
                    pool.run(
                        200,
                        (task, worker) -> {
                          if (task == failing) {
                            throw new IllegalArgumentException("task " + task);
                          }
                        }))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("task " + failing);
      }
      AtomicInteger done = new AtomicInteger();
      pool.run(10, (task, worker) -> done.incrementAndGet());
      assertThat(done).hasValue(10);
    }
  }

  @Test
  void aRunInsideARunIsRefused() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThatThrownBy(() -> pool.run(8, (task, worker) -> pool.run(2, (t, w) -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("must not start a run");
    }
  }

  @Test
  void aClosedPoolRefusesWork() {
    WorkerPool pool = new WorkerPool(2);
    pool.close();
    assertThatThrownBy(() -> pool.run(1, (task, worker) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void runsOfSeveralCallersFollowOneAnother() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger done = new AtomicInteger();
      Thread[] callers = new Thread[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] =
            new Thread(
                () -> {
                  for (int run = 0; run < 300; run++) {
                    pool.run(20, (task, worker) -> done.incrementAndGet());
                  }
                });
        callers[i].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(done).hasValue(4 * 300 * 20);
    }
  }

  @Test
  void theDefaultIsAtLeastOneThreadAndAtMostOnePerHardwareThread() {
    assertThat(WorkerPool.physicalCores()).isBetween(1, Runtime.getRuntime().availableProcessors());
  }
}
