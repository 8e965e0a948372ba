package dev.bourse.server.simulate;

import dev.bourse.engine.Engine;
import dev.bourse.engine.Turn;
import dev.bourse.scheduler.simulation.Bidding;
import dev.bourse.scheduler.simulation.Trace;
import dev.bourse.scheduler.simulation.Trace.Agent;
import dev.bourse.scheduler.simulation.Trace.Prefix;
import dev.bourse.scheduler.simulation.Trace.Tenant;
import dev.bourse.server.CommandException;
import dev.bourse.server.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Records what the contexts of an engine do, as a trace that {@code bourse simulate --trace}
 * replays: each context is an agent; its turns' prompts, answers and pauses are as they were. What
 * they share is not recorded. A turn is worth what was offered for its tokens, in tenths of a
 * credit, and at least 1.
 */
public final class TurnRecorder implements AutoCloseable {
  private static final int VALUE_MAX = 1_000_000;
  private static final double VALUE_CREDITS = 0.1;

  private final Path file;
  private final Engine engine;
  private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();

  private TurnRecorder(Path file, Engine engine) {
    this.file = file;
    this.engine = engine;
  }

  /**
   * Begins to record, until it is closed.
   *
   * @param name of the file, which is written at the end
   */
  public static TurnRecorder start(Engine engine, String name) {
    Path file = ModelFiles.path(name);
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw CommandException.usage("--record " + name + ": its folder cannot be written to");
    }
    TurnRecorder recorder = new TurnRecorder(file, engine);
    engine.onTurn(recorder.turns::add);
    return recorder;
  }

  @Override
  public void close() {
    engine.onTurn(turn -> {});
    try {
      Files.writeString(file, TraceFiles.write(trace(List.copyOf(turns))));
    } catch (IOException e) {
      throw CommandException.failed(file + " cannot be written: " + e.getMessage());
    }
  }

  static Trace trace(List<Turn> turns) {
    Map<String, Integer> tenants = new LinkedHashMap<>();
    Map<Long, List<Turn>> byContext = new LinkedHashMap<>();
    long begin = turns.stream().mapToLong(Turn::beganNanos).min().orElse(0);
    for (Turn turn : turns) {
      tenants.putIfAbsent(turn.user(), tenants.size());
      byContext.computeIfAbsent(turn.context(), id -> new ArrayList<>()).add(turn);
    }
    List<Agent> agents = new ArrayList<>();
    for (List<Turn> turnsOfOne : byContext.values()) {
      Turn first = turnsOfOne.getFirst();
      agents.add(
          new Agent(
              (first.beganNanos() - begin) / 1000,
              tenants.getOrDefault(first.user(), 0),
              0,
              value(turnsOfOne),
              0.5,
              Bidding.TRUTHFUL,
              1,
              traced(turnsOfOne)));
    }
    agents.sort(Comparator.comparingLong(Agent::arrivalMicros));
    long horizon = agents.isEmpty() ? 1 : Math.max(1, agents.getLast().arrivalMicros());
    return new Trace(
        tenants.keySet().stream().map(name -> new Tenant(name, "all", 1, 0)).toList(),
        List.of(new Prefix(0, 0)),
        agents,
        horizon);
  }

  private static int value(List<Turn> turns) {
    double offered = 0;
    for (Turn turn : turns) {
      offered = Math.max(offered, turn.perToken() * (turn.prompt() + turn.output()));
    }
    return (int) Math.clamp(Math.round(2 * offered / VALUE_CREDITS), 1L, VALUE_MAX);
  }

  private static List<Trace.Turn> traced(List<Turn> turns) {
    List<Trace.Turn> traced = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      Turn turn = turns.get(i);
      long gap =
          i + 1 == turns.size() ? 0 : (turns.get(i + 1).beganNanos() - turn.endedNanos()) / 1000;
      traced.add(new Trace.Turn(Math.max(1, turn.prompt()), turn.output(), Math.max(0, gap)));
    }
    return traced;
  }
}
