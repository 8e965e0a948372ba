package dev.bourse.server.top;

import dev.bourse.proto.v1.Process;
import dev.bourse.proto.v1.Tick;
import dev.bourse.server.market.MarketReport;
import java.util.List;
import java.util.Optional;

/**
 * A server at one moment.
 *
 * @param server where it is
 * @param model whose market is shown
 * @param tick of that market, empty before the first
 * @param market the same, with prices of ticks before
 * @param processes that run
 * @param problem why this is not the newest, if it is not
 */
record TopView(
    String server,
    String model,
    Optional<Tick> tick,
    Optional<MarketReport> market,
    List<Process> processes,
    Optional<String> problem) {
  TopView {
    processes = List.copyOf(processes);
  }

  /** Before anything was heard. */
  static TopView of(String server, String model) {
    return new TopView(
        server, model, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
  }

  TopView with(Tick newTick, MarketReport newMarket, List<Process> newProcesses) {
    return new TopView(
        server,
        model,
        Optional.of(newTick),
        Optional.of(newMarket),
        newProcesses,
        Optional.empty());
  }

  TopView with(String newProblem) {
    return new TopView(server, model, tick, market, processes, Optional.of(newProblem));
  }
}
