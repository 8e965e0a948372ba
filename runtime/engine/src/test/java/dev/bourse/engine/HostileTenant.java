package dev.bourse.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that does what it can to get more than its share: processes and children without end,
 * forks, bids that are nothing, infinite, no number, or change all the time, saves in a row, passes
 * that nobody waits for, and processes that die in the middle of it.
 */
final class HostileTenant {
  static final String USER = "hostile";

  private static final double[] BIDS = {
    0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE, 1e9, 1, 1e-6
  };

  private final Engine engine;
  private final Random random;
  private final AtomicLong operations;
  private volatile boolean stopped;

  HostileTenant(Engine engine, long seed, AtomicLong operations) {
    this.engine = engine;
    this.random = new Random(seed);
    this.operations = operations;
  }

  void stop() {
    stopped = true;
  }

  /** Goes on until it is stopped. */
  void run() throws InterruptedException {
    while (!stopped) {
      try (EngineProcess process = open()) {
        List<Context> contexts = new ArrayList<>();
        for (int i = 0; i < 40 && !stopped; i++) {
          act(process, contexts);
          operations.incrementAndGet();
        }
      } catch (EngineException e) {
        operations.incrementAndGet(); // It was refused, and comes again.
      }
    }
  }

  private EngineProcess open() {
    EngineProcess process = engine.openProcess("hostile", USER, 12);
    if (random.nextInt(3) > 0) {
      return process;
    }
    try (process) {
      double credits = process.account().balance() * random.nextDouble();
      return process.openChild(
          "child of a hostile one", 12, random.nextBoolean() ? Budget.ofCredits(credits) : null);
    }
  }

  private void act(EngineProcess process, List<Context> contexts) throws InterruptedException {
    if (contexts.isEmpty() || (contexts.size() < 4 && random.nextInt(4) == 0)) {
      contexts.add(process.newContext());
    }
    Context context = contexts.get(random.nextInt(contexts.size()));
    try {
      switch (random.nextInt(8)) {
        case 0 -> contexts.add(context.fork());
        case 1 -> context.bid(someBid(), someBid());
        case 2 -> flap(context);
        case 3 -> process.deleteSnapshot(context.snapshot());
        case 4 -> {
          contexts.remove(context);
          submit(context, 40);
          context.destroy();
        }
        case 5 -> context.bidAutomatically();
        default -> submit(context, 1 + random.nextInt(60));
      }
    } catch (EngineException e) {
      contexts.remove(context);
      context.destroy();
    }
  }

  private double someBid() {
    return BIDS[random.nextInt(BIDS.length)];
  }

  private void flap(Context context) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      context.bid(someBid(), i % 2 == 0 ? 1e9 : 0);
      submit(context, 1);
    }
  }

  private void submit(Context context, int count) throws InterruptedException {
    int pageTokens = context.tokensPerPage();
    int length = context.length();
    if (length > 100) {
      context.truncateWorkingTokens(context.workingTokens());
      return;
    }
    int room = context.workingPages() * pageTokens - context.workingTokens();
    if (room < count) {
      context.reserveWorkingPages(Math.ceilDiv(count - room, pageTokens));
    }
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = length + i;
    }
    var _ =
        context.forward(
            ForwardRequest.builder()
                .input(random.ints(count, 0, 2000).toArray(), positions)
                .build());
  }
}
