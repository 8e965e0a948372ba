package dev.bourse.server.market;

import dev.bourse.engine.Engine;
import dev.bourse.engine.EngineProcess;
import dev.bourse.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Agents that use an engine together, each a process of one of a few tenants, and of one of three
 * values. Closing it ends them all.
 */
final class MarketLoad implements AutoCloseable {
  /** What a turn is worth: to one agent of three 1, to one 4, to one 16. */
  static final List<Integer> VALUES = List.of(1, 4, 16);

  /** Whose the agents are, unless somebody says otherwise. */
  static final List<String> TENANTS = List.of("ann", "bob", "cid", "dot");

  private static final String WORDS =
      "What is the capital of France? How many days has a week? Who wrote the first book that you"
          + " read? Where does the sun rise, and where does it set? Why is the sea salty, and the"
          + " lake is not? Tell me a short story about a dog, a boat and a very old house.";

  private final List<EngineProcess> processes = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> problem = new AtomicReference<>();
  private volatile boolean closing;

  private MarketLoad() {}

  /**
   * Starts agents.
   *
   * @param tenants whose they are, one after the other; not empty
   * @throws IllegalArgumentException if the contexts of the engine are too short for a turn
   */
  static MarketLoad start(Engine engine, int agents, List<String> tenants, long seed) {
    Tokenizer tokenizer = engine.tokenizer();
    int[] words = tokenizer.encode(WORDS, false, false);
    MarketLoad load = new MarketLoad();
    Random random = new Random(seed);
    for (int i = 0; i < agents; i++) {
      String tenant = tenants.get(i % tenants.size());
      int value = VALUES.get(i / tenants.size() % VALUES.size());
      int[] system = tokenizer.encode(system(tenant), true, false);
      requireRoom(engine, system);
      EngineProcess process = engine.openProcess("agent-%d-v%d".formatted(i + 1, value), tenant, 1);
      load.processes.add(process);
      load.run(new Agent(engine, process, value, system, words, new Random(random.nextLong())));
    }
    return load;
  }

  private static String system(String tenant) {
    return "You work for "
        + tenant
        + ". Answer in one short sentence. When you do not know something, say that you do not"
        + " know it, and ask whoever wants to know for a better question.";
  }

  private static void requireRoom(Engine engine, int[] system) {
    int least = Agent.tokensLeast(system.length);
    int context = engine.model().config().contextLength();
    int most = Math.min(context, engine.config().kvTokens());
    if (most < least) {
      throw new IllegalArgumentException(
          "an agent's turn has up to %,d tokens, and there is room for %,d: %s"
              .formatted(
                  least,
                  most,
                  most == context ? "take another model" : "give a larger --kv-tokens"));
    }
  }

  private void run(Agent agent) {
    threads.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    agent.talk();
                  } catch (InterruptedException e) {
                    // The load is closed.
                    return;
                  } catch (RuntimeException | Error e) {
                    if (!closing) {
                      problem.compareAndSet(null, e);
                    }
                  }
                }));
  }

  /** Why an agent ended that nobody had ended, if there is such a one. */
  Optional<Throwable> problem() {
    return Optional.ofNullable(problem.get());
  }

  @Override
  public void close() {
    closing = true;
    processes.forEach(EngineProcess::close);
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
