package dev.bourse.scheduler.simulation;

import dev.bourse.scheduler.market.MarketConfig;
import java.util.List;

/**
 * Compares waits for slots with the bound that the market states: who becomes the n-th that waited
 * {@code waitSteps} is served after {@code waitSteps + ⌈n · laneQuantum · laneShare / slots⌉} steps
 * at the latest.
 */
final class WaitWatch {
  private final MarketConfig config = MarketConfig.DEFAULT;
  private final int slots;
  private int starved;
  private double worst;

  WaitWatch(int slots) {
    this.slots = slots;
  }

  /** Before a step: gives those a bound that have just waited too long. */
  void look(List<SimulatedContext> demanding, long step) {
    int waiting = 0;
    for (int at = 0; at < demanding.size(); at++) {
      waiting += step - demanding.get(at).lastServedStep >= config.waitSteps() ? 1 : 0;
    }
    for (int at = 0; waiting > 0 && at < demanding.size(); at++) {
      SimulatedContext context = demanding.get(at);
      if (context.waitBound == 0 && step - context.lastServedStep >= config.waitSteps()) {
        long lane = (long) waiting * config.laneQuantum() * config.laneShare();
        context.waitBound = config.waitSteps() + (int) ((lane + slots - 1) / slots);
        starved++;
      }
    }
  }

  /** It is served in a step, the number of which is given. */
  void served(SimulatedContext context, long step) {
    if (context.waitBound > 0) {
      worst = Math.max(worst, (step - context.lastServedStep) / (double) context.waitBound);
      context.waitBound = 0;
    }
  }

  /** How often a context waited too long. */
  int starved() {
    return starved;
  }

  /** The longest wait of those, as a part of its bound. */
  double worst() {
    return worst;
  }
}
