package dev.bourse.host.program;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work that is done for one program, and that others must not feel: on threads that the operating
 * system prefers all others to, where it can, and on half of the cores at most.
 */
final class Compilation {
  /** On Linux a thread has a priority of its own; 0 is what all others have, 19 the least. */
  private static final int NICE = 10;

  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;

  private static final Semaphore CORES =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Optional<MethodHandle> SET_PRIORITY = setPriority();

  private Compilation() {}

  /**
   * Does some work, when a core is free for it.
   *
   * @param max time that it may compute; how long it waits for others does not count
   * @throws TimeoutException when it has computed longer and is not done
   */
  static <T> T run(Callable<T> work, Duration max)
      throws InterruptedException, ExecutionException, TimeoutException {
    CORES.acquire();
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              lowerPriority();
              return work.call();
            });
    Thread thread =
        Thread.ofPlatform()
            .name("bourse-compile")
            .daemon()
            .start(
                () -> {
                  try {
                    task.run();
                  } finally {
                    // By the thread itself: it may go on when nobody waits for it any more.
                    CORES.release();
                  }
                });
    while (true) {
      try {
        return task.get(1, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (THREADS.getThreadCpuTime(thread.threadId()) > max.toNanos()) {
          throw e;
        }
      }
    }
  }

  private static Optional<MethodHandle> setPriority() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty(); // Elsewhere it would be that of the whole process.
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("setpriority")
        .map(
            function ->
                linker.downcallHandle(
                    function,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT)));
  }

  private static void lowerPriority() {
    SET_PRIORITY.ifPresent(
        function -> {
          try {
            int _ = (int) function.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
          } catch (Throwable e) {
            throw new IllegalStateException("setpriority cannot be called", e);
          }
        });
  }
}
