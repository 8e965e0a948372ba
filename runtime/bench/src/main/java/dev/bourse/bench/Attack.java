package dev.bourse.bench;

import dev.bourse.host.InferletHost;
import dev.bourse.host.LaunchRequest;
import dev.bourse.host.process.InferletProcess;
import dev.bourse.host.process.Limits;
import dev.bourse.host.process.Outcome;
import dev.bourse.host.process.OutputListener;
import dev.bourse.host.program.Execution;
import dev.bourse.host.program.WasmProgram;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Hostile guests beside an honest one. Whoever is stopped by a limit is launched again a moment
 * later.
 *
 * @param name what it does
 * @param letter how the module {@code hostile.wasm} is told; 0 if modules are loaded instead
 * @param guests how many at once
 */
record Attack(String name, char letter, int guests, Execution execution) {
  static final List<Attack> ALL =
      List.of(
          of("a loop", 's', 1),
          of("8 loops", 's', 8),
          new Attack("a loop, interpreted", 's', 1, Execution.INTERPRETED),
          of("memory, all of it, written again and again", 'a', 1),
          of("host calls", 'i', 1),
          of("tokenizing in host calls", 't', 1),
          of("standard error", 'l', 1),
          of("text for the client", 'o', 1),
          of("messages", 'm', 1),
          of("handles", 'h', 1),
          of("contexts and their pages", 'c', 1),
          of("children", 'p', 1),
          new Attack("large modules to compile", (char) 0, 1, Execution.COMPILED));

  private static final long PAUSE_MILLIS = 200;
  private static final long RELAUNCH_MILLIS = 50;

  private static Attack of(String name, int letter, int guests) {
    return new Attack(name, (char) letter, guests, Execution.COMPILED);
  }

  /** What attacks until it is closed. */
  final class Running implements AutoCloseable {
    private final InferletHost host;
    private final List<Thread> threads = new ArrayList<>();
    private final TreeSet<String> ends = new TreeSet<>();
    private volatile boolean over;
    private int stopped;

    private Running(InferletHost host) {
      this.host = host;
    }

    private void launchAgainAndAgain(WasmProgram program) {
      while (!over) {
        InferletProcess process =
            host.launch(
                LaunchRequest.of(program, String.valueOf(letter))
                    .withLimits(Limits.DEFAULT)
                    .withOutput(OutputListener.none()));
        while (!over && !process.outcome().isDone()) {
          sleep(1);
        }
        process.terminate("measured");
        if (process.outcome().join() instanceof Outcome.Failed failed
            && !failed.message().equals("measured")) {
          stopped(failed.message().replaceAll(" exceeded: .*|: [0-9].*", ""));
          sleep(RELAUNCH_MILLIS);
        }
      }
    }

    private void loadAgainAndAgain() {
      for (long seed = System.nanoTime(); !over; seed++) {
        var _ = host.programs().load("large", LargeModule.of(seed), Execution.COMPILED);
        stopped("compiled");
      }
    }

    private synchronized void stopped(String by) {
      stopped++;
      ends.add(by);
    }

    /** How often a guest of it was stopped, and by what. */
    synchronized String ends() {
      return stopped == 0 ? "runs on" : stopped + " times: " + String.join(", ", ends);
    }

    @Override
    public void close() throws InterruptedException {
      over = true;
      for (Thread thread : threads) {
        thread.join();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }

  /** Begins; measurements begin when it is under way. */
  Running start(InferletHost host) throws IOException, InterruptedException {
    Running running = new Running(host);
    WasmProgram program = host.programs().load("hostile", module(), execution);
    for (int i = 0; i < guests; i++) {
      Runnable attacker =
          letter == 0 ? running::loadAgainAndAgain : () -> running.launchAgainAndAgain(program);
      running.threads.add(Thread.ofPlatform().name("attacker-" + i).start(attacker));
    }
    Thread.sleep(PAUSE_MILLIS);
    return running;
  }

  private static byte[] module() throws IOException {
    try (InputStream in = Attack.class.getResourceAsStream("/hostile/hostile.wasm")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
